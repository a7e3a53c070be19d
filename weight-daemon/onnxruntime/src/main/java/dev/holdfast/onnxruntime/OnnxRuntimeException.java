package dev.holdfast.onnxruntime;

/** ONNX Runtime refused or failed a call; the message is its own, after the code's name. */
public class OnnxRuntimeException extends RuntimeException {
    private final ErrorCode code;

    OnnxRuntimeException(ErrorCode code, String message) {
        super(code + ": " + message);
        this.code = code;
    }

    /** Says in {@code context} what was being done when {@code cause} happened. */
    OnnxRuntimeException(String context, OnnxRuntimeException cause) {
        super(context + ": " + cause.getMessage(), cause);
        this.code = cause.code;
    }

    /** The kind of failure. */
    public ErrorCode code() {
        return code;
    }
}
