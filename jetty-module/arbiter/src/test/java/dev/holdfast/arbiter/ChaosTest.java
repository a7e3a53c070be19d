package dev.holdfast.arbiter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.arbiter.ArbiterStatus.WorkerStatus;
import dev.holdfast.engine.TestHolder;
import dev.holdfast.engine.TestModels;
import dev.holdfast.protocol.HolderClient;
import dev.holdfast.protocol.StatusReport;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Three workers under the load of 32 connections, while processes are killed and replaced. */
class ChaosTest {
    private static final int CONNECTIONS = 32;
    private static final int WORKERS = 3;
    private static final int WIDTH = 1024;
    private static final int KILLS = 5;
    private static final long BETWEEN_KILLS_MILLIS = 3000;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"packed", "sealed"})
    void onlyRequestsInFlightOnAKilledWorkerFail(String layout) throws Exception {
        TestHolder directories = new TestHolder(directory);
        TestModels.bias(directories.models(), "bias", 1, WIDTH, 2);
        HolderProcess holder = HolderProcess.start(directory, layout);
        try (ArbiterProcess arbiter = served(directories)) {
            try (RequestLoad load = RequestLoad.start(arbiter.uri(), CONNECTIONS, "bias", WIDTH)) {
                long held = killWorkers(arbiter, load);
                rollWithoutFailure(arbiter, load);
                assertCounted(directories, load, held, 1);
                holder.kill();
                holder = goOnWithoutHolder(arbiter, load, layout);
                awaitMore(load);
                load.stop();

                assertThat(load.refused()).isEmpty();
                assertThat(load.failed()).hasSizeLessThanOrEqualTo((int) held);
                assertCounted(directories, load, held, 0);
            }
            assertThat(status(directories).counters()).containsEntry("holder.versions.adopted", 1L);
        } finally {
            holder.close();
        }
    }

    /**
     * The shared counter has every answer, whoever gave it, and no more than those and what was in flight.
     *
     * @param loaded how many versions this holder is to have loaded
     */
    private static void assertCounted(TestHolder directories, RequestLoad load, long held, long loaded) {
        long answered = load.answered();
        Map<String, Long> counters = status(directories).counters();
        assertThat(counters).containsEntry("holder.versions.loaded", loaded);
        assertThat(counters.get("model.bias"))
                .isBetween(
                        answered,
                        load.answered() + held + CONNECTIONS + load.failed().size());
    }

    private ArbiterProcess served(TestHolder directories) throws Exception {
        directories.load("bias");
        ArbiterProcess arbiter = ArbiterProcess.start(directory, "--workers=" + WORKERS);
        arbiter.awaitReady(WORKERS);
        return arbiter;
    }

    /** Returns how many connections the victims held, which is the most that may fail */
    private static long killWorkers(ArbiterProcess arbiter, RequestLoad load) throws Exception {
        long held = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            awaitMore(load);
            long begun = System.nanoTime();
            WorkerStatus victim = arbiter.workers().stream()
                    .max(Comparator.comparing(WorkerStatus::connections))
                    .orElseThrow();
            // Stopped, it accepts no connection between the count and its end.
            ArbiterProcess.signal("STOP", victim.pid());
            held += HeldConnections.of(victim.pid(), arbiter.uri().getPort());
            ArbiterProcess.signal("KILL", victim.pid());
            TestHolder.await(
                    () -> arbiter.workers().stream().noneMatch(worker -> worker.pid() == victim.pid()), "its end");
            arbiter.awaitReady(WORKERS);
            assertThat(load.refused()).isEmpty();
            assertThat(load.failed()).hasSizeLessThanOrEqualTo((int) held);
            awaitElapsed(begun);
        }
        return held;
    }

    /** The pace is part of the test: replacements serve for a while before the next victim. */
    private static void awaitElapsed(long begunNanos) throws InterruptedException {
        TestHolder.await(
                () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begunNanos) >= BETWEEN_KILLS_MILLIS, "pace");
    }

    private static void rollWithoutFailure(ArbiterProcess arbiter, RequestLoad load) throws InterruptedException {
        int failedBefore = load.failed().size();
        Set<Long> before = arbiter.livePids();
        arbiter.signal("HUP");
        TestHolder.await(() -> arbiter.livePids().stream().noneMatch(before::contains), "all are replaced");
        arbiter.awaitReady(WORKERS);
        awaitMore(load);
        assertThat(load.failed().stream().skip(failedBefore)).isEmpty();
        assertThat(load.refused()).isEmpty();
    }

    private HolderProcess goOnWithoutHolder(ArbiterProcess arbiter, RequestLoad load, String layout) throws Exception {
        int failedBefore = load.failed().size();
        Set<Long> before = arbiter.livePids();
        awaitMore(load);
        assertThat(arbiter.workers()).allMatch(WorkerStatus::ready);
        HolderProcess holder = HolderProcess.start(directory, layout);
        TestHolder directories = new TestHolder(directory);
        TestHolder.await(() -> leases(directories) == WORKERS, "the workers lease again");
        awaitMore(load);
        assertThat(load.failed().stream().skip(failedBefore)).isEmpty();
        assertThat(arbiter.livePids()).isEqualTo(before);
        return holder;
    }

    private static long leases(TestHolder directories) {
        return status(directories).models().stream()
                .flatMap(model -> model.versions().stream())
                .mapToLong(version -> version.leases().size())
                .sum();
    }

    private static StatusReport status(TestHolder directories) {
        try (HolderClient client = directories.client()) {
            return client.status();
        }
    }

    /** Waits until requests are answered that were sent after now. */
    private static void awaitMore(RequestLoad load) throws InterruptedException {
        long enough = load.answered() + 10L * CONNECTIONS;
        TestHolder.await(() -> load.answered() >= enough, "more answers");
    }
}
