package dev.holdfast.onnxruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("core")
class CudaProviderTest {
    @Test
    void aBuildWithoutTheProviderIsNamedWithWhatItHas() {
        OnnxRuntime runtime = OnnxRuntime.load();
        assumeTrue(
                !runtime.providers().contains(ExecutionProvider.CUDA_NAME),
                "ONNX Runtime here is a build for CUDA; the one without is the default");
        try (SessionOptions options = SessionOptions.create(runtime)) {
            assertThatThrownBy(() -> options.provider(CudaSettings.onDevice(0).provider()))
                    .isInstanceOf(OnnxRuntimeLoadException.class)
                    .hasMessageContaining(runtime.version())
                    .hasMessageContaining("CPUExecutionProvider")
                    .hasMessageContaining(OnnxRuntime.PATH_PROPERTY);
        }
    }

    @Test
    void fullPrecisionUnlessAskedForLess() {
        assertThat(CudaSettings.onDevice(2).provider())
                .isEqualTo(new ExecutionProvider(
                        "CUDAExecutionProvider",
                        Map.of("device_id", "2", "use_tf32", "0", "arena_extend_strategy", "kSameAsRequested")));
    }

    @Test
    void tf32AndALimitAreGivenToTheProvider() {
        assertThat(new CudaSettings(0, true, OptionalLong.of(1L << 40), OptionalLong.empty())
                        .provider()
                        .options())
                .containsEntry("use_tf32", "1")
                .containsEntry("gpu_mem_limit", "1099511627776");
    }

    /** The provider reads the address as an unsigned decimal number. */
    @Test
    void aStreamIsGivenToTheProvider() {
        assertThat(CudaSettings.onDevice(0).withStream(-1).provider().options())
                .containsEntry("has_user_compute_stream", "1")
                .containsEntry("user_compute_stream", "18446744073709551615");
    }

    @Test
    void impossibleSettingsAreRefused() {
        assertThatThrownBy(() -> CudaSettings.onDevice(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new CudaSettings(0, false, OptionalLong.of(0), OptionalLong.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0");
    }

    @Test
    void aMissingLibraryIsNamedWithWhatBringsIt() {
        assertThat(explained("Failed to load /x/libonnxruntime_providers_cuda.so with error: libcublasLt.so.13: cannot"
                        + " open shared object file: No such file or directory"))
                .isInstanceOf(OnnxRuntimeLoadException.class)
                .hasMessageContaining("needs libcublasLt.so.13,")
                .hasMessageContaining("install cuBLAS of CUDA 13");
        assertThat(explained("error: libcudnn.so.9: cannot open shared object file: No such file or directory"))
                .hasMessageContaining("install cuDNN 9");
        assertThat(explained("error: libcuda.so.1: cannot open shared object file: No such file or directory"))
                .hasMessageContaining("install NVIDIA's driver,");
    }

    @Test
    void anyOtherFailureStaysWhatItIs() {
        OnnxRuntimeException failure = new OnnxRuntimeException(ErrorCode.FAIL, "CUDA failure 100: no device");
        assertThat(MissingLibrary.explain(OnnxRuntime.load(), failure)).isSameAs(failure);
    }

    @Test
    void aFolderMayHoldTheLibraryUnderItsSonameAlone(@TempDir Path folder) throws Exception {
        NativePlatform platform = NativePlatform.current();
        assumeTrue(platform.libraryName().endsWith(".so"), "only Linux builds have a SONAME of another name");
        Files.createSymbolicLink(
                folder.resolve(platform.libraryName() + ".1"),
                OnnxRuntime.load().library());
        assertThat(OnnxRuntime.libraryIn(folder, "test")).isEqualTo(folder.resolve(platform.libraryName() + ".1"));
    }

    private static RuntimeException explained(String message) {
        return MissingLibrary.explain(OnnxRuntime.load(), new OnnxRuntimeException(ErrorCode.FAIL, message));
    }
}
