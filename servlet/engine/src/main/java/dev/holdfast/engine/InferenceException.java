package dev.holdfast.engine;

import org.jspecify.annotations.Nullable;

/** A request could not be answered; the message says why in one sentence and is fit for the client. */
public abstract class InferenceException extends RuntimeException {
    private final Reason reason;

    /** Kinds of failure. */
    public enum Reason {
        /** The caller's mistake: {@link InvalidTensorException}, {@link InvalidValuesException}. */
        INVALID,
        /** {@link ModelNotFoundException}. */
        MODEL_NOT_FOUND,
        /** {@link VersionNotFoundException}. */
        VERSION_NOT_FOUND,
        /** {@link ModelNotReadyException}. */
        NOT_READY,
        /** {@link QueueFullException}. */
        QUEUE_FULL,
        /** {@link RequestTimeoutException}. */
        TIMEOUT,
        /** {@link RequestCancelledException}. */
        CANCELLED,
        /** {@link InferenceFailedException}. */
        FAILED
    }

    InferenceException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /** The kind of failure. */
    public final Reason reason() {
        return reason;
    }
}
