package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.daemon.holder.EachPlacement;
import dev.holdfast.daemon.loader.Placement;
import dev.holdfast.memory.ChildJvm;
import dev.holdfast.protocol.HolderClient;
import dev.holdfast.protocol.StatusReport;

/** Worker processes under load of their own, while others of them and the holder are killed (-9). */
class KilledWorkersTest extends EngineTest {
    private static final int KILLS = 3;

    @EachPlacement
    void whatIsKilledFailsNobodyElseAndNothingIsLoadedAgain(Placement placement) throws Exception {
        TestModels.bias(base.models(), "bias", 1, TestModels.WIDTH, 1);
        try (ChildJvm first = base.startProcess(placement)) {
            base.load("bias");
            try (ChildJvm one = calling();
                    ChildJvm two = calling()) {
                for (int kill = 0; kill < KILLS; kill++) {
                    calling().close();
                    awaitLeases(2);
                }
                long counted = counter();
                first.close();
                try (ChildJvm second = base.startProcess(placement)) {
                    assertThat(second.pid()).isPositive();
                    awaitLeases(2);
                    assertThat(status().counters())
                            .containsEntry("holder.versions.adopted", 1L)
                            .containsEntry("holder.versions.loaded", 0L);
                    assertThat(counter()).isGreaterThan(counted);
                    try (ChildJvm three = calling()) {
                        TestModels.bias(base.models(), "bias", 2, TestModels.WIDTH, 2);
                        base.load("bias");
                        for (ChildJvm worker : new ChildJvm[] {one, two, three}) {
                            assertThat(worker.readLine()).isEqualTo("failed []");
                        }
                    }
                }
            }
        }
    }

    /** A worker that calls all the time, and looks at each answer, until a while after version 2 is active. */
    private ChildJvm calling() throws Exception {
        ChildJvm worker = ChildJvm.start(WorkerMain.class, root.toString(), "bias", "follow", "2");
        assertThat(worker.readLine()).isEqualTo("calling");
        return worker;
    }

    private StatusReport status() {
        try (HolderClient client = base.client()) {
            return client.status();
        }
    }

    private long counter() {
        return status().counters().getOrDefault("model.bias", 0L);
    }

    private void awaitLeases(int count) throws InterruptedException {
        TestHolder.await(
                () -> status().models().stream()
                                .flatMap(model -> model.versions().stream())
                                .mapToLong(version -> version.leases().size())
                                .sum()
                        == count,
                count + " leases");
    }
}
