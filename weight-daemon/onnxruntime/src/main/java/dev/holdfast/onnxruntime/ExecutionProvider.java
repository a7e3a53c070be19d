package dev.holdfast.onnxruntime;

import java.util.Map;

/**
 * What computes a session's nodes. The CPU provider is always there, behind whatever else is asked for.
 *
 * @param name as {@code SessionOptionsAppendExecutionProvider} knows it, or that of {@link #CPU}
 * @param options the provider's own settings
 */
public record ExecutionProvider(String name, Map<String, String> options) {
    /** The processor, with nothing to set. */
    public static final ExecutionProvider CPU = new ExecutionProvider("CPUExecutionProvider", Map.of());

    public ExecutionProvider {
        options = Map.copyOf(options);
    }
}
