package dev.holdfast.onnxruntime;

import org.jspecify.annotations.Nullable;

/** ONNX Runtime would compute on weights of its own instead of the shared ones it was given. */
public class WeightsNotSharedException extends RuntimeException {
    WeightsNotSharedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
