package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.holdfast.daemon.holder.EachPlacement;
import dev.holdfast.daemon.holder.Holder;
import dev.holdfast.daemon.loader.Placement;
import dev.holdfast.daemon.sample.LinearSample;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.memory.ChildJvm;
import dev.holdfast.protocol.TensorType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two worker processes on one holder. */
@Tag("core")
class WorkersTest extends EngineTest {
    private static final int CALLERS = 64;
    private static final int CALLS = 20;
    private static final int SIDE = 4096;
    private static final long WEIGHT_BYTES = 4L * SIDE * SIDE;

    private ChildJvm worker(String... arguments) throws IOException {
        String[] all = new String[arguments.length + 1];
        all[0] = root.toString();
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return ChildJvm.start(WorkerMain.class, all);
    }

    @EachPlacement(host = ArenaLayout.PACKED)
    void answersAreTheirOwnRequestsAndCountsAddUp(Placement placement) throws Exception {
        TestModels.identity(base.models(), "mixed", TensorType.FLOAT, List.of(-1L, -1L));
        TestModels.config(base.models(), "mixed", TestModels.BATCHING + " instance_group { count: 2 }");
        String callers = Integer.toString(CALLERS);
        String calls = Integer.toString(CALLS);
        try (Holder holder = base.start(placement)) {
            assertThat(holder).isNotNull();
            base.load("mixed");
            try (ChildJvm one = worker("mixed", "mixed", callers, calls);
                    ChildJvm two = worker("mixed", "mixed", callers, calls);
                    Models models = base.serve("mixed", base.engine())) {
                String expected = "0 " + CALLERS * CALLS + " " + MixedCalls.rowsOf(CALLERS, CALLS) + " ";
                assertThat(one.readLine()).startsWith(expected);
                assertThat(two.readLine()).startsWith(expected);
                assertThat(models.get("mixed").counter()).isEqualTo(2L * CALLERS * CALLS);
            }
        }
    }

    @EachPlacement
    void versionIsSwitchedUnderTheLoadOfBothWithoutAFailure(Placement placement) throws Exception {
        TestModels.bias(base.models(), "bias", 1, TestModels.WIDTH, 1);
        try (Holder holder = base.start(placement)) {
            assertThat(holder).isNotNull();
            base.load("bias");
            try (ChildJvm one = worker("bias", "follow", "4");
                    ChildJvm two = worker("bias", "follow", "4")) {
                assertThat(one.readLine()).isEqualTo("calling");
                assertThat(two.readLine()).isEqualTo("calling");
                for (long version = 2; version <= 4; version++) {
                    TestModels.bias(base.models(), "bias", version, TestModels.WIDTH, (float) version);
                    base.load("bias");
                }
                assertThat(one.readLine()).isEqualTo("failed []");
                assertThat(two.readLine()).isEqualTo("failed []");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(ArenaLayout.class)
    void weightsAreInMemoryOnce(ArenaLayout layout) throws Exception {
        assumeThat(Files.isReadable(Path.of("/proc/self/smaps")))
                .as("shared memory is read from /proc")
                .isTrue();
        new LinearSample("linear", SIDE, SIDE, false).writeTo(base.models());
        String mapped = layout == ArenaLayout.PACKED ? "/weights" : "/memfd:";
        try (Holder holder = base.start(layout)) {
            assertThat(holder).isNotNull();
            base.load("linear");
            try (ChildJvm one = worker("linear", "serve", Integer.toString(SIDE));
                    ChildJvm two = worker("linear", "serve", Integer.toString(SIDE))) {
                assertThat(one.readLine()).isEqualTo("served");
                assertThat(two.readLine()).isEqualTo("served");
                Smaps first = Smaps.of(one.pid(), mapped);
                Smaps second = Smaps.of(two.pid(), mapped);
                assertThat(List.of(first.rss(), second.rss())).allMatch(rss -> rss >= WEIGHT_BYTES);
                assertThat(first.pss() + second.pss()).isLessThan(Math.max(first.rss(), second.rss()) * 11 / 10);
                assertThat(first.anonymous() + second.anonymous()).isLessThan(WEIGHT_BYTES / 16);
            }
        }
    }
}
