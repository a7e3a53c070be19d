package dev.holdfast.onnxruntime;

import java.util.List;

/** ONNX Runtime refused or failed a call; the message is its own, after the code's name. */
public class OnnxRuntimeException extends RuntimeException {
    /**
     * There is no code for it. In this order: the arena, whose device's memory is used up ({@code
     * core/framework/bfc_arena.cc}; its other text, "is smaller than requested bytes of", says that its own limit is too low,
     * which does not pass); C++; the CUDA runtime ({@code cuda_call.cc}, which names the code 2); the libraries that
     * computations on it use.
     */
    private static final List<String> OUT_OF_MEMORY = List.of(
            "Failed to allocate memory for requested buffer of size",
            "bad_alloc",
            "bad allocation",
            "CUDA failure 2:",
            "CUBLAS_STATUS_ALLOC_FAILED",
            "CUDNN_STATUS_ALLOC_FAILED",
            "CUDNN_STATUS_INTERNAL_ERROR_HOST_ALLOCATION_FAILED",
            "CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED",
            "CUFFT_ALLOC_FAILED");

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

    /** Whether the host or a device had no memory for it, which may be there later. */
    public boolean isOutOfMemory() {
        String message = String.valueOf(getMessage());
        return OUT_OF_MEMORY.stream().anyMatch(message::contains);
    }
}
