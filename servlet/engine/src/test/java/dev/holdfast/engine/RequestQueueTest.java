package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How batches are formed; time is an argument. */
@Tag("core")
class RequestQueueTest {
    private static final long DELAY = 1000;

    private final RequestQueue queue = queue(8, List.of(4), DELAY);

    private static RequestQueue queue(int maxRows, List<Integer> preferred, long delay) {
        return new RequestQueue(new BatchingRule(maxRows, true, preferred, delay, 100, 0, false));
    }

    private static Pending pending(long arrived, long rows, long width) {
        BatchKey key = new BatchKey(List.of("y"), List.of(Shape.of(0, width)));
        CheckedRequest checked = new CheckedRequest(List.of(), List.of(), rows, 4 * rows * width, key);
        return new Pending(InferenceRequest.of(), checked, new CompletableFuture<>(), arrived);
    }

    /** The next batch, of which the queue must know beforehand whether there is one. */
    private static List<Pending> next(RequestQueue queue, long nowNanos, boolean whole) {
        boolean foreseen = queue.hasNext(nowNanos, whole);
        List<Pending> batch = queue.next(nowNanos, whole);
        assertThat(batch.isEmpty()).isEqualTo(!foreseen);
        return batch;
    }

    @Test
    void preferredSizeRunsAtOnce() {
        List<Pending> four = List.of(pending(0, 1, 3), pending(1, 1, 3), pending(2, 1, 3), pending(3, 1, 3));
        four.forEach(queue::add);
        queue.add(pending(4, 1, 3));
        assertThat(next(queue, 5, false)).containsExactlyElementsOf(four);
        assertThat(queue.size()).isEqualTo(1);
    }

    @Test
    void lessThanThePreferredSizeWaitsForItsDelayAndThenRuns() {
        Pending first = pending(0, 1, 3);
        Pending second = pending(10, 2, 3);
        queue.add(first);
        queue.add(second);
        assertThat(next(queue, DELAY - 1, false)).isEmpty();
        assertThat(queue.nanosToNext(DELAY - 1)).hasValue(1);
        assertThat(next(queue, DELAY, false)).containsExactly(first, second);
    }

    @Test
    void nothingIsWaitedForOnceAllAreThere() {
        Pending first = pending(0, 1, 3);
        Pending second = pending(10, 2, 3);
        queue.add(first);
        queue.add(second);
        assertThat(next(queue, DELAY - 1, true)).containsExactly(first, second);
    }

    @Test
    void otherShapesNeverShareABatch() {
        RequestQueue eager = queue(8, List.of(), 0);
        Pending narrow = pending(0, 1, 3);
        Pending wide = pending(1, 1, 5);
        Pending narrowToo = pending(2, 1, 3);
        List.of(narrow, wide, narrowToo).forEach(eager::add);
        assertThat(next(eager, 3, false)).containsExactly(narrow, narrowToo);
        assertThat(next(eager, 3, false)).containsExactly(wide);
        assertThat(next(eager, 3, false)).isEmpty();
    }

    @Test
    void batchIsNeverLargerThanAllowed() {
        RequestQueue eager = queue(4, List.of(), 0);
        Pending three = pending(0, 3, 3);
        Pending two = pending(1, 2, 3);
        eager.add(three);
        eager.add(two);
        assertThat(next(eager, 2, false)).containsExactly(three);
        assertThat(next(eager, 2, false)).containsExactly(two);
    }

    @Test
    void fullBatchBehindAWaitingOneDoesNotWait() {
        Pending waiting = pending(0, 1, 5);
        Pending full = pending(1, 8, 3);
        queue.add(waiting);
        queue.add(full);
        assertThat(next(queue, 2, false)).containsExactly(full);
        assertThat(next(queue, 2, false)).isEmpty();
    }

    @Test
    void delayedRequestComesAfterAllOthers() {
        RequestQueue eager = queue(1, List.of(), 0);
        Pending late = pending(0, 1, 3);
        Pending punctual = pending(1, 1, 3);
        eager.add(late);
        eager.add(punctual);
        assertThat(eager.delay(late)).isTrue();
        assertThat(next(eager, 2, false)).containsExactly(punctual);
        assertThat(next(eager, 2, false)).containsExactly(late);
        assertThat(eager.size()).isZero();
    }

    @Test
    void removedRequestIsGone() {
        Pending pending = pending(0, 1, 3);
        queue.add(pending);
        assertThat(queue.remove(pending)).isTrue();
        assertThat(queue.remove(pending)).isFalse();
        assertThat(next(queue, DELAY * 2, false)).isEmpty();
        assertThat(queue.size()).isZero();
    }
}
