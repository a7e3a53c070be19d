package dev.holdfast.engine;

import dev.holdfast.protocol.ModelConfig;
import dev.holdfast.protocol.ModelConfig.DynamicBatching;
import dev.holdfast.protocol.ModelConfig.QueuePolicy;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * How requests of one version become batches, after {@code ModelDynamicBatching} of Triton's {@code model_config.proto}.
 *
 * @param maxRows the largest batch; 1 if requests never share one
 * @param batches whether requests may share a batch
 * @param preferredRows batch sizes to run as soon as they can be made
 * @param delayNanos longest wait for a preferred size, or the largest if none is preferred
 * @param queueLimit most requests that wait
 * @param timeoutNanos longest wait of a request that names none; 0 for no limit
 * @param delaysLate whether a request that waited longer goes behind all others instead of being refused
 */
record BatchingRule(
        int maxRows,
        boolean batches,
        List<Integer> preferredRows,
        long delayNanos,
        int queueLimit,
        long timeoutNanos,
        boolean delaysLate) {
    /** @param defaultQueueLimit where the configuration sets none */
    static BatchingRule of(ModelConfig config, int defaultQueueLimit) {
        boolean batches = config.maxBatchSize() > 1 && config.dynamicBatching().isPresent();
        DynamicBatching dynamic =
                config.dynamicBatching().orElseGet(() -> new DynamicBatching(List.of(), 0, QueuePolicy.DEFAULT));
        QueuePolicy queue = dynamic.queuePolicy();
        return new BatchingRule(
                Math.max(1, config.maxBatchSize()),
                batches,
                dynamic.preferredBatchSizes(),
                TimeUnit.MICROSECONDS.toNanos(dynamic.maxQueueDelayMicroseconds()),
                queue.maxQueueSize() > 0 ? queue.maxQueueSize() : defaultQueueLimit,
                TimeUnit.MICROSECONDS.toNanos(queue.defaultTimeoutMicroseconds()),
                queue.timeoutAction() == ModelConfig.TimeoutAction.DELAY);
    }

    /** Most rows that requests of one row are run with together. */
    int largestBatch() {
        return batches ? maxRows : 1;
    }

    /** Whether a lone request of that many rows may run at once. */
    boolean runsAlone(long rows) {
        return !batches || delayNanos == 0 || rows >= maxRows || preferredRows.contains((int) rows);
    }
}
