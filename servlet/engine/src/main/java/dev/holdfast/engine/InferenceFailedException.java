package dev.holdfast.engine;

import org.jspecify.annotations.Nullable;

/** The computation failed although the request was what the model declares; the message is ONNX Runtime's or the driver's. */
public final class InferenceFailedException extends InferenceException {
    InferenceFailedException(String message, @Nullable Throwable cause) {
        super(Reason.FAILED, message, cause);
    }
}
