package dev.holdfast.engine;

import java.time.Duration;

/** As many requests wait as may; nothing was computed. */
public final class QueueFullException extends InferenceException {
    private final Duration retryAfter;

    QueueFullException(String message, Duration retryAfter) {
        super(Reason.QUEUE_FULL, message, null);
        this.retryAfter = retryAfter;
    }

    /** When asking again is likely to help: about the time in which what waits now is computed; 1 s or more. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
