package dev.holdfast.onnxruntime;

import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * How ONNX Runtime computes on a CUDA device. Source of the keys: {@code cuda_execution_provider_info.cc}.
 *
 * @param deviceId the device's number in this process
 * @param tf32 whether matrix products may round their operands to TF32: faster on Ampere and later, relative error up to
 *     about 1e-3. ONNX Runtime's own default is on, this one's is off
 * @param memoryLimitBytes most that a session's own allocations may take on the device; empty for no limit. Weights that
 *     are placed count to neither
 */
public record CudaSettings(int deviceId, boolean tf32, OptionalLong memoryLimitBytes) {
    /** @throws IllegalArgumentException if the device is negative or the limit not positive */
    public CudaSettings {
        if (deviceId < 0) {
            throw new IllegalArgumentException("a CUDA device's number can't be " + deviceId);
        }
        if (memoryLimitBytes.isPresent() && memoryLimitBytes.getAsLong() < 1) {
            throw new IllegalArgumentException(
                    "a limit of device memory is positive, not " + memoryLimitBytes.getAsLong());
        }
    }

    /** Full precision and no limit. */
    public static CudaSettings onDevice(int deviceId) {
        return new CudaSettings(deviceId, false, OptionalLong.empty());
    }

    /**
     * The provider with these settings. Its memory grows by what is asked for: growing by powers of two would take up to
     * twice of it in every worker.
     */
    public ExecutionProvider provider() {
        Map<String, String> options = new TreeMap<>();
        options.put("device_id", Integer.toString(deviceId));
        options.put("use_tf32", tf32 ? "1" : "0");
        options.put("arena_extend_strategy", "kSameAsRequested");
        memoryLimitBytes.ifPresent(limit -> options.put("gpu_mem_limit", Long.toString(limit)));
        return new ExecutionProvider(ExecutionProvider.CUDA_NAME, options);
    }
}
