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
 * @param stream the {@code cudaStream_t} that all runs of a session are queued on, one run at a time; empty to have ONNX
 *     Runtime make streams of its own. It outlives the session
 */
public record CudaSettings(int deviceId, boolean tf32, OptionalLong memoryLimitBytes, OptionalLong stream) {
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

    /** Full precision, no limit, and ONNX Runtime's own streams. */
    public static CudaSettings onDevice(int deviceId) {
        return new CudaSettings(deviceId, false, OptionalLong.empty(), OptionalLong.empty());
    }

    /** The same with runs queued on a stream of the caller's. */
    public CudaSettings withStream(long handle) {
        return new CudaSettings(deviceId, tf32, memoryLimitBytes, OptionalLong.of(handle));
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
        stream.ifPresent(handle -> {
            options.put("has_user_compute_stream", "1");
            options.put("user_compute_stream", Long.toUnsignedString(handle));
        });
        return new ExecutionProvider(ExecutionProvider.CUDA_NAME, options);
    }
}
