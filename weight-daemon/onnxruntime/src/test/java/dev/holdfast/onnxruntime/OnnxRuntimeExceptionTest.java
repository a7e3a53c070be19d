package dev.holdfast.onnxruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lack of memory, told from all else by ONNX Runtime's words: its own here, and those it has for a device. */
class OnnxRuntimeExceptionTest {
    private static final OnnxRuntime RUNTIME = OnnxRuntime.load();

    @Test
    void aValueThatNoMachineHasMemoryForSaysSo() {
        assertThat(catchThrowableOfType(
                        OnnxRuntimeException.class,
                        () -> OrtValue.allocate(RUNTIME, OnnxFile.FLOAT, List.of(1L << 50))))
                .matches(OnnxRuntimeException::isOutOfMemory);
    }

    /** The output is allocated before the input is read, which isn't there. */
    @Test
    void aRunThatNoMachineHasMemoryForSaysSo(@TempDir Path directory) {
        Path model = OnnxFile.matMul(64).writeTo(directory.resolve("model.onnx"));
        long rows = 1L << 40;
        try (Environment environment = Environment.open(RUNTIME, LogListener.NONE);
                SessionOptions options = SessionOptions.create(RUNTIME);
                Session session = Session.open(environment, options, model);
                OrtValue x = OrtValue.over(
                        RUNTIME, Device.CPU, 1 << 16, rows * 64 * 4, OnnxFile.FLOAT, List.of(rows, 64L), null)) {
            assertThat(catchThrowableOfType(OnnxRuntimeException.class, () -> session.run(Map.of("x", x))))
                    .matches(OnnxRuntimeException::isOutOfMemory);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CUDA failure 2: out of memory ; GPU=0 ; hostname=a ; file=cuda_allocator.cc ; expr=cudaMalloc((void**)&p, size);",
                "CUBLAS failure 3: CUBLAS_STATUS_ALLOC_FAILED ; GPU=0 ; hostname=a ; expr=cublasCreate(&cublas_handle_);"
            })
    void aDeviceWithoutMemoryIsTold(String message) {
        assertThat(new OnnxRuntimeException(ErrorCode.FAIL, message).isOutOfMemory())
                .isTrue();
        assertThat(new OnnxRuntimeException("can't open m", new OnnxRuntimeException(ErrorCode.FAIL, message))
                        .isOutOfMemory())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Available memory of 5513472 is smaller than requested bytes of 20751872",
                "CUDA failure 700: an illegal memory access was encountered ; GPU=0 ; hostname=a",
                "CUDA failure 214: uncorrectable ECC error encountered ; GPU=0 ; hostname=a",
                "Got invalid dimensions for input: x"
            })
    void whatElseFailsIsNoLackOfMemory(String message) {
        assertThat(new OnnxRuntimeException(ErrorCode.FAIL, message).isOutOfMemory())
                .isFalse();
    }
}
