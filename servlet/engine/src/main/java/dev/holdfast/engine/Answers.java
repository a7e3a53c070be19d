package dev.holdfast.engine;

import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/** Answers the requests of one version and counts them: in statistics, and on the model's shared counter. Any thread. */
final class Answers {
    private final String model;
    private final long version;
    private final ModelCounter counter;
    private final StatisticsRecorder statistics;
    private final Timer timer;

    Answers(String model, long version, ModelCounter counter, StatisticsRecorder statistics, Timer timer) {
        this.model = model;
        this.version = version;
        this.counter = counter;
        this.statistics = statistics;
        this.timer = timer;
    }

    /** Answers a batch in its order. Statistics come first: who has an answer finds it counted. */
    void succeed(List<Pending> batch, Computed computed) {
        Set<Pending> claimed = batch.stream().filter(Pending::claim).collect(Collectors.toSet());
        statistics.computed(batch, claimed, computed, timer.nanos());
        for (int i = 0; i < batch.size(); i++) {
            if (claimed.contains(batch.get(i))) {
                answer(batch.get(i), computed.outputs().get(i), plus(computed.firstOnDevice(), i));
            }
        }
    }

    private void answer(Pending pending, List<Tensor> outputs, OptionalLong onDevice) {
        try {
            String id = pending.request().id();
            long number = counter.increment();
            pending.answer().complete(new InferenceResponse(model, version, id, outputs, number, onDevice));
        } catch (RuntimeException e) {
            // It is claimed, so nobody else completes it.
            pending.answer().completeExceptionally(new InferenceFailedException("it can't be counted: " + e, e));
        }
    }

    private static OptionalLong plus(OptionalLong first, int more) {
        return first.isPresent() ? OptionalLong.of(first.getAsLong() + more) : first;
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
