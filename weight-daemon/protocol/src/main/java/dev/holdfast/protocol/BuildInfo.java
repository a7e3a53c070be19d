package dev.holdfast.protocol;

import dev.holdfast.memory.ContentDigest;
import java.util.List;

/**
 * What made a version's graph and weights out of its source, and so what may use them.
 *
 * @param runtimeVersion ONNX Runtime's version, as {@code OrtApiBase::GetVersionString} gives it
 * @param optimizationLevel ONNX Runtime's graph optimisation level: {@code basic}, {@code extended} or {@code all}
 * @param executionProvider ONNX Runtime's name for the provider optimised for, such as {@code CPUExecutionProvider}
 * @param architecture the processor architecture, such as {@code x86_64}
 * @param cpuFeatures instruction-set features that prepacked weights may depend on, sorted
 * @param sourceDigest digest of the model's source files
 */
public record BuildInfo(
        String runtimeVersion,
        String optimizationLevel,
        String executionProvider,
        String architecture,
        List<String> cpuFeatures,
        ContentDigest sourceDigest) {
    public BuildInfo {
        cpuFeatures = List.copyOf(cpuFeatures);
    }
}
