package dev.holdfast.onnxruntime;

import org.jspecify.annotations.Nullable;

/** ONNX Runtime's native library can't be found, unpacked, loaded or used; the message says which, and what to do. */
public class OnnxRuntimeLoadException extends RuntimeException {
    OnnxRuntimeLoadException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
