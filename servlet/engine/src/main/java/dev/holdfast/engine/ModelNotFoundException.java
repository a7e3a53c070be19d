package dev.holdfast.engine;

/** There is no model of that name here. */
public final class ModelNotFoundException extends InferenceException {
    ModelNotFoundException(String message) {
        super(Reason.MODEL_NOT_FOUND, message, null);
    }
}
