package dev.holdfast.engine;

/** The answer did not come in time; the request is no longer computed. */
public final class RequestTimeoutException extends InferenceException {
    RequestTimeoutException(String message) {
        super(Reason.TIMEOUT, message, null);
    }
}
