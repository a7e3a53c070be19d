package dev.holdfast.engine;

import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.memory.ContentDigest;
import dev.holdfast.protocol.ModelConfig;
import java.util.List;

/**
 * A version that serves, as it declares itself. Immutable.
 *
 * @param model the model's name
 * @param version its number
 * @param platform ONNX Runtime's name in Triton, {@code onnxruntime_onnx}
 * @param inputs what a request must give
 * @param outputs what it answers
 * @param config what its {@code config.pbtxt} said
 * @param layout how its weights lie in the arena
 * @param arenaBytes length of the arena that all workers share
 * @param digest of the arena
 */
public record ModelVersion(
        String model,
        long version,
        String platform,
        List<TensorMetadata> inputs,
        List<TensorMetadata> outputs,
        ModelConfig config,
        ArenaLayout layout,
        long arenaBytes,
        ContentDigest digest) {
    public ModelVersion {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }
}
