package dev.holdfast.engine;

import dev.holdfast.onnxruntime.OnnxRuntimeException;

/**
 * A request is what the version declares, but the model has no answer for its values, such as an index beyond a table's
 * end; the message is ONNX Runtime's.
 */
public final class InvalidValuesException extends InferenceException {
    InvalidValuesException(OnnxRuntimeException cause) {
        super(Reason.INVALID, "the model refuses these values: " + cause.getMessage(), cause);
    }
}
