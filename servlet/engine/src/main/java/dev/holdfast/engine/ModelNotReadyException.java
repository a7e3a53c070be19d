package dev.holdfast.engine;

/** No version of the model serves yet, or the engine is closing; asking again may help. */
public final class ModelNotReadyException extends InferenceException {
    ModelNotReadyException(String message) {
        super(Reason.NOT_READY, message, null);
    }
}
