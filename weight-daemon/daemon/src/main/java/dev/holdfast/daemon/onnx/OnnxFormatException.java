package dev.holdfast.daemon.onnx;

/** A file is not an ONNX model, or is a damaged one. */
public final class OnnxFormatException extends ModelSourceException {
    private static final long serialVersionUID = 1L;

    OnnxFormatException(String message) {
        super(message);
    }
}
