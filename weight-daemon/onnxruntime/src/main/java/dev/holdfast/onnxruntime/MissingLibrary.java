package dev.holdfast.onnxruntime;

import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A library that an execution provider needs and the dynamic linker did not find, told from the linker's sentence in
 * ONNX Runtime's error, see dlerror(3).
 */
final class MissingLibrary {
    private static final Pattern NOT_FOUND =
            Pattern.compile("(lib[\\w+.-]+\\.so\\.(\\d+)[\\d.]*): cannot open shared object file");

    private static final String DRIVER = "NVIDIA's driver";

    /** By the beginning of the library's name; none is the beginning of another. */
    private static final Map<String, String> BROUGHT_BY = Map.of(
            "libcudnn", "cuDNN",
            "libcublas", "cuBLAS of CUDA",
            "libcudart", "the runtime of CUDA",
            "libcufft", "cuFFT of CUDA",
            "libcurand", "cuRAND of CUDA",
            "libnvrtc", "NVRTC of CUDA",
            "libcuda.so", DRIVER);

    private MissingLibrary() {}

    /** A failure that says which library is missing and what brings it, if that is what {@code failure} is about. */
    static RuntimeException explain(OnnxRuntime runtime, OnnxRuntimeException failure) {
        String message = Objects.requireNonNullElse(failure.getMessage(), "");
        Matcher matcher = NOT_FOUND.matcher(message);
        if (!matcher.find()) {
            return failure;
        }
        String library = matcher.group(1);
        return new OnnxRuntimeLoadException(
                "the CUDA execution provider of " + runtime.library() + " needs " + library + ", which is not found; "
                        + remedy(library, matcher.group(2)) + ", and have its folder in LD_LIBRARY_PATH or ld.so.conf",
                failure);
    }

    private static String remedy(String library, String major) {
        return BROUGHT_BY.entrySet().stream()
                .filter(each -> library.startsWith(each.getKey()))
                .findFirst()
                .map(each -> "install " + each.getValue() + (each.getValue().equals(DRIVER) ? "" : " " + major))
                .orElse("install what brings it");
    }
}
