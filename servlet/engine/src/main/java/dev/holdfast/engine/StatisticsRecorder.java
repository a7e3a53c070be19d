package dev.holdfast.engine;

import dev.holdfast.engine.InferenceException.Reason;
import dev.holdfast.engine.VersionStatistics.BatchStatistics;
import dev.holdfast.engine.VersionStatistics.Timed;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts what happens to the requests of one version. Any thread. */
final class StatisticsRecorder {
    private final String model;
    private final long version;
    private final InstantSource clock;
    private final Map<Reason, Long> failures = new EnumMap<>(Reason.class);
    private final TreeMap<Long, BatchStatistics> batches = new TreeMap<>();
    private long lastInferenceMillis;
    private long inferences;
    private long executions;
    private Timed success = Timed.NONE;
    private Timed fail = Timed.NONE;
    private Timed queue = Timed.NONE;
    private Timed computeInput = Timed.NONE;
    private Timed computeInfer = Timed.NONE;
    private Timed computeOutput = Timed.NONE;

    StatisticsRecorder(String model, long version, InstantSource clock) {
        this.model = model;
        this.version = version;
        this.clock = clock;
    }

    /** Counts a run and those of its requests that are still waited for. */
    synchronized void computed(List<Pending> run, List<Pending> answered, Computed computed, long nowNanos) {
        long rows = run.stream().mapToLong(pending -> pending.checked().rows()).sum();
        executions++;
        batches.merge(rows, batch(rows, computed), StatisticsRecorder::sum);
        for (Pending pending : answered) {
            inferences += pending.checked().rows();
            success = success.plus(1, nowNanos - pending.arrivedNanos());
            queue = queue.plus(1, pending.startedNanos() - pending.arrivedNanos());
            computeInput = computeInput.plus(1, computed.inputNanos());
            computeInfer = computeInfer.plus(1, computed.inferNanos());
            computeOutput = computeOutput.plus(1, computed.outputNanos());
        }
        lastInferenceMillis = clock.millis();
    }

    private static BatchStatistics batch(long rows, Computed computed) {
        return new BatchStatistics(
                rows,
                new Timed(1, computed.inputNanos()),
                new Timed(1, computed.inferNanos()),
                new Timed(1, computed.outputNanos()));
    }

    private static BatchStatistics sum(BatchStatistics one, BatchStatistics other) {
        return new BatchStatistics(
                one.batchSize(),
                sum(one.computeInput(), other.computeInput()),
                sum(one.computeInfer(), other.computeInfer()),
                sum(one.computeOutput(), other.computeOutput()));
    }

    private static Timed sum(Timed one, Timed other) {
        return one.plus(other.count(), other.nanos());
    }

    synchronized void failed(Reason reason, long nanos) {
        failures.merge(reason, 1L, Long::sum);
        fail = fail.plus(1, nanos);
        lastInferenceMillis = clock.millis();
    }

    synchronized VersionStatistics snapshot() {
        return new VersionStatistics(
                model,
                version,
                lastInferenceMillis,
                inferences,
                executions,
                success,
                fail,
                queue,
                computeInput,
                computeInfer,
                computeOutput,
                failures,
                List.copyOf(batches.values()));
    }

    /** Mean time that a run took; 0 before the first. */
    synchronized long meanRunNanos() {
        return executions == 0
                ? 0
                : batches.values().stream()
                                .mapToLong(b -> b.computeInfer().nanos())
                                .sum()
                        / executions;
    }
}
