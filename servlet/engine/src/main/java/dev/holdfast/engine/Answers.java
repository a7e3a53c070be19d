package dev.holdfast.engine;

import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/** Answers the requests of one version and counts them: in statistics, and on the
 * shared counters. Any thread. */
final class Answers {
    private final String model;
    private final long version;
    private final ModelCounter counter;
    private final DeviceTally deviceTally;
    private final StatisticsRecorder statistics;
    private final Timer timer;

    Answers(
            String model,
            long version,
            ModelCounter counter,
            DeviceTally deviceTally,
            StatisticsRecorder statistics,
            Timer timer) {
        this.model = model;
        this.version = version;
        this.counter = counter;
        this.deviceTally = deviceTally;
        this.statistics = statistics;
        this.timer = timer;
    }

    /** Answers a batch in its order. Statistics come first: who has an answer finds it counted. */
    void succeed(List<Pending> batch, Computed computed) {
        List<Pending> claimed = batch.stream().filter(Pending::claim).toList();
        statistics.computed(batch, claimed, computed, timer.nanos());
        OptionalLong onDevice = deviceTally.count(claimed.size());
        for (Pending pending : claimed) {
            List<Tensor> outputs = computed.outputs().get(batch.indexOf(pending));
            String id = pending.request().id();
            pending.answer()
                    .complete(new InferenceResponse(model, version, id, outputs, counter.increment(), onDevice));
            onDevice = onDevice.isPresent() ? OptionalLong.of(onDevice.getAsLong() + 1) : onDevice;
        }
    }

    /** Fails a request that never got as far as the queue. */
    void reject(CompletableFuture<InferenceResponse> answer, InferenceException failure, long nanos) {
        statistics.failed(failure.reason(), nanos);
        answer.completeExceptionally(failure);
    }

    /** Fails a request, unless it is done. */
    void fail(Pending pending, InferenceException failure) {
        if (pending.claim()) {
            statistics.failed(failure.reason(), timer.nanos() - pending.arrivedNanos());
            pending.fail(failure);
        }
    }
}
