package dev.holdfast.engine;

import dev.holdfast.engine.VersionStatistics.BatchStatistics;
import dev.holdfast.engine.VersionStatistics.Timed;

/** Counts the runs of one batch size. Its owner's lock guards it. */
final class BatchRecorder {
    private final long rows;
    private long runs;
    private long inputNanos;
    private long inferNanos;
    private long outputNanos;

    /** @param rows inferences in each run */
    BatchRecorder(long rows) {
        this.rows = rows;
    }

    void add(Computed computed) {
        runs++;
        inputNanos += computed.inputNanos();
        inferNanos += computed.inferNanos();
        outputNanos += computed.outputNanos();
    }

    BatchStatistics snapshot() {
        return new BatchStatistics(
                rows, new Timed(runs, inputNanos), new Timed(runs, inferNanos), new Timed(runs, outputNanos));
    }
}
