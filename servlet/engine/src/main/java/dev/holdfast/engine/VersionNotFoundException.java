package dev.holdfast.engine;

/** The model has no such version that serves here. */
public final class VersionNotFoundException extends InferenceException {
    VersionNotFoundException(String message) {
        super(Reason.VERSION_NOT_FOUND, message, null);
    }
}
