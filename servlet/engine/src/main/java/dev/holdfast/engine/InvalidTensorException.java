package dev.holdfast.engine;

/** A request's tensors, or the outputs it asks for, are not what the version declares; names tensor and expectation. */
public final class InvalidTensorException extends InferenceException {
    private final String tensor;
    private final String expected;
    private final String received;

    InvalidTensorException(String tensor, String expected, String received) {
        super(Reason.INVALID, "tensor '" + tensor + "': expected " + expected + ", received " + received, null);
        this.tensor = tensor;
        this.expected = expected;
        this.received = received;
    }

    /** Name of the input or output. */
    public String tensor() {
        return tensor;
    }

    /** What the version declares, in words: type, shape or number. */
    public String expected() {
        return expected;
    }

    /** What the request has instead. */
    public String received() {
        return received;
    }
}
