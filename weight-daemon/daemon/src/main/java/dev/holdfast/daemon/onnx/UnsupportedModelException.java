package dev.holdfast.daemon.onnx;

/** A well-formed model with something in it that Holdfast can't hold or serve. */
public final class UnsupportedModelException extends ModelSourceException {
    private static final long serialVersionUID = 1L;

    UnsupportedModelException(String message) {
        super(message);
    }
}
