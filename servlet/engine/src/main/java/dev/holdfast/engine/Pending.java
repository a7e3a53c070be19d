package dev.holdfast.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A request on its way from arrival to answer. Whoever claims it first decides how it ends, and completes its future. Any
 * thread.
 */
final class Pending {
    private final InferenceRequest request;
    private final CheckedRequest checked;
    private final CompletableFuture<InferenceResponse> answer;
    private final long arrivedNanos;
    private final AtomicBoolean decided = new AtomicBoolean();
    private @Nullable BatchRun run;
    private volatile long startedNanos;

    Pending(
            InferenceRequest request,
            CheckedRequest checked,
            CompletableFuture<InferenceResponse> answer,
            long arrivedNanos) {
        this.request = request;
        this.checked = checked;
        this.answer = answer;
        this.arrivedNanos = arrivedNanos;
        this.startedNanos = arrivedNanos;
    }

    InferenceRequest request() {
        return request;
    }

    CheckedRequest checked() {
        return checked;
    }

    CompletableFuture<InferenceResponse> answer() {
        return answer;
    }

    long arrivedNanos() {
        return arrivedNanos;
    }

    /** When its run began; when it arrived, if it has none yet. */
    long startedNanos() {
        return startedNanos;
    }

    /** Whether somebody has decided how it ends. */
    boolean isDone() {
        return decided.get();
    }

    /** Decides: of all who call this, the first gets true and must complete the future. */
    boolean claim() {
        return decided.compareAndSet(false, true);
    }

    /** Has {@code action} run once it is answered or failed, at once if it is. */
    void whenDone(Runnable action) {
        CompletableFuture<?> unused = answer.whenComplete((response, failure) -> action.run());
    }

    /** Enters it into a run, unless it is done. */
    synchronized boolean begin(BatchRun its, long nowNanos) {
        if (isDone()) {
            return false;
        }
        run = its;
        startedNanos = nowNanos;
        return true;
    }

    /** Fails it after a {@link #claim}; a run that nobody else waits for is ended. */
    void fail(InferenceException failure) {
        BatchRun its;
        synchronized (this) {
            its = run;
        }
        if (its != null) {
            its.abandoned();
        }
        answer.completeExceptionally(failure);
    }
}
