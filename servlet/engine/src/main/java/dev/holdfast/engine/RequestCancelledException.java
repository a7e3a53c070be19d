package dev.holdfast.engine;

/** The caller gave the request up. */
public final class RequestCancelledException extends InferenceException {
    RequestCancelledException(String message) {
        super(Reason.CANCELLED, message, null);
    }
}
