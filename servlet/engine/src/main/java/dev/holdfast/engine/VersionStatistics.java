package dev.holdfast.engine;

import java.util.List;
import java.util.Map;

/**
 * What this process has counted for one version since it first served it, as Triton's statistics extension has it.
 *
 * @param model the model's name
 * @param version its number
 * @param lastInferenceMillis when the last request came, in milliseconds since the epoch; 0 if none did
 * @param inferenceCount inferences computed: a request with a batch of n counts n
 * @param executionCount runs of the session: a batch of many requests counts 1
 * @param success requests answered, and their time from arrival to answer
 * @param fail requests that failed, and their time
 * @param queue requests that were answered, and their time in the queue
 * @param computeInput requests that were answered, and the time their run took to put inputs in place
 * @param computeInfer requests that were answered, and the time their run computed
 * @param computeOutput requests that were answered, and the time their run took to take outputs out
 * @param failures how many requests failed, by {@link InferenceException#reason()}
 * @param batches runs by batch size, ascending
 */
public record VersionStatistics(
        String model,
        long version,
        long lastInferenceMillis,
        long inferenceCount,
        long executionCount,
        TimeHistogram success,
        Timed fail,
        TimeHistogram queue,
        TimeHistogram computeInput,
        TimeHistogram computeInfer,
        TimeHistogram computeOutput,
        Map<InferenceException.Reason, Long> failures,
        List<BatchStatistics> batches) {
    public VersionStatistics {
        failures = Map.copyOf(failures);
        batches = List.copyOf(batches);
    }

    /**
     * How often something happened and how long it took.
     *
     * @param count how often
     * @param nanos how long in all
     */
    public record Timed(long count, long nanos) {
        /** Nothing yet. */
        public static final Timed NONE = new Timed(0, 0);

        /** This and {@code times} more that took {@code more} nanoseconds together. */
        Timed plus(long times, long more) {
            return new Timed(count + times, nanos + more);
        }
    }

    /**
     * Runs of one batch size.
     *
     * @param batchSize inferences in each
     * @param computeInput runs, and the time they took to put inputs in place
     * @param computeInfer runs, and the time they computed
     * @param computeOutput runs, and the time they took to take outputs out
     */
    public record BatchStatistics(long batchSize, Timed computeInput, Timed computeInfer, Timed computeOutput) {}
}
