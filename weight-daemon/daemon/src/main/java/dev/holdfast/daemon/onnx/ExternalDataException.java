package dev.holdfast.daemon.onnx;

/** A tensor's external data is missing, too short, unreadable, or outside the model's directory. */
public final class ExternalDataException extends ModelSourceException {
    private static final long serialVersionUID = 1L;

    ExternalDataException(String message) {
        super(message);
    }
}
