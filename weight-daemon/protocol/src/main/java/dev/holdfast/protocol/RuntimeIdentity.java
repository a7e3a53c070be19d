package dev.holdfast.protocol;

import java.util.List;

/**
 * What a worker would run a version with; it must suit what built the version ({@link BuildInfo}).
 *
 * @param runtimeVersion ONNX Runtime's version, as {@code OrtApiBase::GetVersionString} gives it
 * @param architecture the processor architecture, such as {@code x86_64}
 * @param cpuFeatures instruction-set features of the processor
 * @param executionProviders those that its ONNX Runtime was built with, such as {@code CPUExecutionProvider}
 * @param devices UUIDs of the devices that it sees and could compute on; empty without any
 */
public record RuntimeIdentity(
        String runtimeVersion,
        String architecture,
        List<String> cpuFeatures,
        List<String> executionProviders,
        List<String> devices) {
    public RuntimeIdentity {
        executionProviders = List.copyOf(executionProviders);
        devices = List.copyOf(devices);
        cpuFeatures = List.copyOf(cpuFeatures);
    }
}
