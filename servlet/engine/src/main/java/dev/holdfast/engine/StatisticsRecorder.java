package dev.holdfast.engine;

import dev.holdfast.engine.InferenceException.Reason;
import dev.holdfast.engine.VersionStatistics.Timed;
import java.time.InstantSource;
import java.util.Collection;
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
    private final TreeMap<Long, BatchRecorder> batches = new TreeMap<>();
    private final TimeRecorder success = new TimeRecorder();
    private final TimeRecorder queue = new TimeRecorder();
    private final TimeRecorder computeInput = new TimeRecorder();
    private final TimeRecorder computeInfer = new TimeRecorder();
    private final TimeRecorder computeOutput = new TimeRecorder();
    private long lastInferenceMillis;
    private long inferences;
    private long executions;
    private long runNanos;
    private Timed fail = Timed.NONE;

    StatisticsRecorder(String model, long version, InstantSource clock) {
        this.model = model;
        this.version = version;
        this.clock = clock;
    }

    /** Counts a run and those of its requests that are still waited for. */
    synchronized void computed(List<Pending> run, Collection<Pending> answered, Computed computed, long nowNanos) {
        long rows = 0;
        for (Pending pending : run) {
            rows += pending.checked().rows();
        }
        executions++;
        runNanos += computed.inferNanos();
        batches.computeIfAbsent(rows, BatchRecorder::new).add(computed);
        for (Pending pending : answered) {
            answered(pending, computed, nowNanos);
        }
        lastInferenceMillis = clock.millis();
    }

    private void answered(Pending pending, Computed computed, long nowNanos) {
        inferences += pending.checked().rows();
        success.add(nowNanos - pending.arrivedNanos());
        queue.add(pending.startedNanos() - pending.arrivedNanos());
        computeInput.add(computed.inputNanos());
        computeInfer.add(computed.inferNanos());
        computeOutput.add(computed.outputNanos());
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
                success.snapshot(),
                fail,
                queue.snapshot(),
                computeInput.snapshot(),
                computeInfer.snapshot(),
                computeOutput.snapshot(),
                failures,
                batches.values().stream().map(BatchRecorder::snapshot).toList());
    }

    /** Mean time that a run took; 0 before the first. */
    synchronized long meanRunNanos() {
        return executions == 0 ? 0 : runNanos / executions;
    }
}
