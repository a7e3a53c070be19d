package dev.holdfast.daemon.onnx;

/** A model's source files can't be used; the message names the file, what was found and what to do. */
public abstract sealed class ModelSourceException extends RuntimeException
        permits OnnxFormatException, ExternalDataException, UnsupportedModelException {
    private static final long serialVersionUID = 1L;

    ModelSourceException(String message) {
        super(message);
    }
}
