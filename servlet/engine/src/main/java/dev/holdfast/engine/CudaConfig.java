package dev.holdfast.engine;

import java.util.OptionalLong;

/**
 * How versions on a CUDA device are computed.
 *
 * @param tf32 whether matrix products may round their operands to TF32: faster, relative error up to about 1e-3
 * @param memoryLimitBytes most device memory that one version's computation may take in this process, besides the shared
 *     weights and the driver's own; empty for no limit
 */
public record CudaConfig(boolean tf32, OptionalLong memoryLimitBytes) {
    /** Full precision, no limit. */
    public static final CudaConfig DEFAULT = new CudaConfig(false, OptionalLong.empty());

    static CudaConfig of(SettingReader values) {
        long limit = values.number(EngineSetting.CUDA_MEMORY_LIMIT, 0, 0, Long.MAX_VALUE);
        return new CudaConfig(
                values.flag(EngineSetting.CUDA_TF32, DEFAULT.tf32()),
                limit == 0 ? OptionalLong.empty() : OptionalLong.of(limit));
    }

    /** @throws IllegalArgumentException if the limit is not positive */
    public CudaConfig {
        if (memoryLimitBytes.isPresent() && memoryLimitBytes.getAsLong() < 1) {
            throw new IllegalArgumentException(
                    "a limit of device memory is positive, not " + memoryLimitBytes.getAsLong());
        }
    }
}
