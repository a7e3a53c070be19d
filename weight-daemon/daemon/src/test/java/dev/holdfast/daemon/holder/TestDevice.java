package dev.holdfast.daemon.holder;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.daemon.loader.Placement;
import dev.holdfast.memory.cuda.CudaDriver;
import dev.holdfast.onnxruntime.ExecutionProvider;
import dev.holdfast.onnxruntime.OnnxRuntime;

/** The device that tests put versions on: the first that this process sees. */
public final class TestDevice {
    private TestDevice() {}

    /** Skips the tests, with the reason, where there is none, or no ONNX Runtime that computes on it. */
    public static Placement required() {
        String missing = CudaDriver.whyUnavailable().orElse("");
        assumeTrue(missing.isEmpty(), missing);
        assumeTrue(
                OnnxRuntime.load().providers().contains(ExecutionProvider.CUDA_NAME),
                "ONNX Runtime here is not built for CUDA; name one that is with -D" + OnnxRuntime.PATH_PROPERTY);
        return Placement.onCuda(CudaDriver.load().devices().get(0).uuid());
    }
}
