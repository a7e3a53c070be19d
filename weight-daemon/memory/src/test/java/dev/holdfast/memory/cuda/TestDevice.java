package dev.holdfast.memory.cuda;

import org.junit.jupiter.api.Assumptions;

/** The device that tests run on: the first that this process sees. */
final class TestDevice {
    private TestDevice() {}

    /** Skips the tests, with the reason, where there is none. */
    static CudaDevice required() {
        String missing = CudaDriver.whyUnavailable().orElse("");
        Assumptions.assumeTrue(missing.isEmpty(), missing);
        return CudaDriver.load().devices().get(0);
    }
}
