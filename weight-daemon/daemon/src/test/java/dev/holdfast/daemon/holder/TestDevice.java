package dev.holdfast.daemon.holder;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.daemon.loader.Placement;
import dev.holdfast.memory.cuda.CudaDevice;
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

    /** Why there is none that shares its memory by CUDA IPC; empty if it is there. */
    static Optional<String> whyNoIpc() {
        return whyMissing()
                .or(() -> device().supportsIpc() ? Optional.empty() : Optional.of(device() + " has no CUDA IPC"));
    }

    private static CudaDevice device() {
        return CudaDriver.load().devices().get(0);
    }

    /** On it, shared by descriptors. Skips the tests, with the reason, where there is none. */
    public static Placement required() {
        assume(whyMissing());
        return Placement.onCuda(device().uuid());
    }

    /** On it, shared by CUDA IPC. Skips the tests, with the reason, where it can't be had. */
    public static Placement requiredToShareByIpc() {
        assume(whyNoIpc());
        return Placement.onCudaIpc(device().uuid());
    }

    private static void assume(Optional<String> missing) {
        assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
    }
}
