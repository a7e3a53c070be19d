package dev.holdfast.onnxruntime;

import java.util.Map;

/**
 * What computes a session's nodes. The CPU provider is always there, behind whatever else is asked for.
 *
 * @param name as {@code SessionOptionsAppendExecutionProvider} knows it, that of {@link #CPU}, or
 *     {@link #CUDA_NAME}
 * @param options the provider's own settings
 */
public record ExecutionProvider(String name, Map<String, String> options) {
    /** The processor, with nothing to set. */
    public static final ExecutionProvider CPU = new ExecutionProvider("CPUExecutionProvider", Map.of());

    /** The name of NVIDIA's; {@link CudaSettings#provider()} makes one. */
    public static final String CUDA_NAME = "CUDAExecutionProvider";

    public ExecutionProvider {
        options = Map.copyOf(options);
    }

    boolean isCuda() {
        return name.equals(CUDA_NAME);
    }
}
