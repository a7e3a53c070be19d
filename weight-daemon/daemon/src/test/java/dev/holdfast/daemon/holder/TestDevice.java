package dev.holdfast.daemon.holder;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.daemon.loader.Placement;
import dev.holdfast.memory.cuda.CudaDriver;
import dev.holdfast.onnxruntime.ExecutionProvider;
import dev.holdfast.onnxruntime.OnnxRuntime;
import java.util.Optional;

/** The device that tests put versions on: the first that this process sees. */
public final class TestDevice {
    private TestDevice() {}

    /** Why there is none, or no ONNX Runtime that computes on it; empty if both are there. */
    static Optional<String> whyMissing() {
        return CudaDriver.whyUnavailable()
                .or(() -> OnnxRuntime.load().providers().contains(ExecutionProvider.CUDA_NAME)
                        ? Optional.empty()
                        : Optional.of("ONNX Runtime here is not built for CUDA; name one that is with -D"
                                + OnnxRuntime.PATH_PROPERTY));
    }

    /** Skips the tests, with the reason, where there is none. */
    public static Placement required() {
        Optional<String> missing = whyMissing();
        assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
        return Placement.onCuda(CudaDriver.load().devices().get(0).uuid());
    }
}
