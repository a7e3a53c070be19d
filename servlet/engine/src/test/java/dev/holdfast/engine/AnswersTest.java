package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.InstantSource;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class AnswersTest {
    private static Pending pending(CompletableFuture<InferenceResponse> answer) {
        CheckedRequest checked = new CheckedRequest(List.of(), List.of(), 1, 4, BatchKey.NONE);
        return new Pending(InferenceRequest.of(), checked, answer, 0);
    }

    /** As at the end of a close that waited for its answers in vain. */
    @Test
    void noRequestIsLeftWaitingIfTheCounterIsClosed() {
        CompletableFuture<InferenceResponse> one = new CompletableFuture<>();
        CompletableFuture<InferenceResponse> two = new CompletableFuture<>();
        Computed computed = new Computed(List.of(List.of(), List.of()), OptionalLong.empty(), 0, 0, 0);
        try (ModelCounter closed = new ModelCounter();
                SystemTimer timer = new SystemTimer()) {
            StatisticsRecorder statistics = new StatisticsRecorder("model", 1, InstantSource.system());
            new Answers("model", 1, closed, statistics, timer).succeed(List.of(pending(one), pending(two)), computed);
        }
        assertThat(one).isCompletedExceptionally();
        assertThat(two).isCompletedExceptionally();
    }
}
