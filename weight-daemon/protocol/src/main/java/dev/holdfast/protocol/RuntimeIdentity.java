package dev.holdfast.protocol;

import java.util.List;

/**
 * What a worker would run a version with; it must suit what built the version ({@link BuildInfo}).
 *
 * @param runtimeVersion ONNX Runtime's version, as {@code OrtApiBase::GetVersionString} gives it
 * @param architecture the processor architecture, such as {@code x86_64}
 * @param cpuFeatures instruction-set features of the processor
 */
public record RuntimeIdentity(String runtimeVersion, String architecture, List<String> cpuFeatures) {
    public RuntimeIdentity {
        cpuFeatures = List.copyOf(cpuFeatures);
    }
}
