package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.memory.NativeCallException;
import dev.holdfast.onnxruntime.OnnxRuntime;
import dev.holdfast.onnxruntime.OnnxRuntimeException;
import dev.holdfast.onnxruntime.OrtValue;
import dev.holdfast.protocol.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What passes and what does not, of the failures that building and warming up may end with. */
class FailureKindTest {
    @ParameterizedTest
    @CsvSource({
        "CUDA_ERROR_OUT_OF_MEMORY, MEMORY",
        "ENOMEM, MEMORY",
        "CUDA_ERROR_DEVICE_UNAVAILABLE, BUSY",
        "CUDA_ERROR_MPS_MAX_CLIENTS_REACHED, BUSY",
        "CUDA_ERROR_ECC_UNCORRECTABLE, FAULT",
        "CUDA_ERROR_ILLEGAL_ADDRESS, FAULT",
        "CUDA_ERROR_MPS_CLIENT_TERMINATED, FAULT",
        "EINVAL, LASTING"
    })
    void aRefusedCallIsToldByItsCode(String code, FailureKind kind) {
        assertThat(FailureKind.of(refusal(code))).isEqualTo(kind);
        assertThat(kind.describe(refusal(code))).endsWith("of a context failed: " + code + " (1)");
    }

    @Test
    void whatOnnxRuntimeGetsNoMemoryForMayBeThereLater() {
        OnnxRuntime runtime = OnnxRuntime.load();
        OnnxRuntimeException refused = catchThrowableOfType(
                OnnxRuntimeException.class,
                () -> OrtValue.allocate(runtime, TensorType.FLOAT.onnxNumber(), List.of(1L << 50)));
        assertThat(FailureKind.of(refused)).isEqualTo(FailureKind.MEMORY);
        assertThat(FailureKind.MEMORY.describe(refused))
                .startsWith("memory is lacking for now, tried again: ")
                .endsWith(refused.getMessage());
    }

    @Test
    void javasMemoryMayBeThereLater() {
        assertThat(FailureKind.of(new OutOfMemoryError("Java heap space"))).isEqualTo(FailureKind.MEMORY);
    }

    @Test
    void theGravestOfAllThatFailedCounts() {
        RuntimeException failure = new InferenceFailedException("no", refusal("CUDA_ERROR_OUT_OF_MEMORY"));
        assertThat(FailureKind.of(failure)).isEqualTo(FailureKind.MEMORY);
        failure.addSuppressed(refusal("CUDA_ERROR_ILLEGAL_ADDRESS"));
        assertThat(FailureKind.of(failure)).isEqualTo(FailureKind.FAULT);
    }

    @Test
    void aModelThatCanNotBeServedIsNotTriedAgain() {
        FailureKind kind = FailureKind.of(new VersionUnusableException("no"));
        assertThat(kind.isPassing()).isFalse();
        assertThat(kind.describe(new VersionUnusableException("no"))).isEqualTo("no");
    }

    private static NativeCallException refusal(String code) {
        return NativeCallException.ofDriver("cuDevicePrimaryCtxRetain", code, 1, "a context");
    }
}
