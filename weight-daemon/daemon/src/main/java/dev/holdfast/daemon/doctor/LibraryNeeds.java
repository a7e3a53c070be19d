package dev.holdfast.daemon.doctor;

import com.sun.jna.NativeLibrary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What ONNX Runtime's CUDA provider needs beyond itself. The file says what; whether it is there, the dynamic linker says,
 * by loading it into this process.
 *
 * @param cuda the major version of CUDA; empty if the provider's needs don't tell
 * @param libraries those of NVIDIA
 */
record LibraryNeeds(Optional<Integer> cuda, List<LibraryNeed> libraries) {
    private static final Pattern OF_NVIDIA = Pattern.compile("lib(cu|nv)\\w*\\.so[.\\d]*");

    /** Libraries whose SONAME counts as CUDA does; those of cuFFT and cuRAND don't. */
    private static final Pattern TELLS_CUDA = Pattern.compile("lib(?:cudart|cublas|cublasLt)\\.so\\.(\\d+)");

    /** Of a provider for Linux. @throws IOException if the file can't be read */
    static LibraryNeeds of(Path provider) throws IOException {
        List<String> names = ElfNeeds.of(provider);
        Optional<Integer> cuda = names.stream()
                .map(TELLS_CUDA::matcher)
                .filter(Matcher::matches)
                .map(matcher -> Integer.valueOf(matcher.group(1)))
                .findFirst();
        List<LibraryNeed> libraries = names.stream()
                .filter(name -> OF_NVIDIA.matcher(name).matches())
                .map(name -> need(name, cuda.orElse(0)))
                .toList();
        return new LibraryNeeds(cuda, libraries);
    }

    private static LibraryNeed need(String name, int cuda) {
        boolean found = loads(name);
        return new LibraryNeed(name, found, found ? Optional.empty() : Optional.of(LibraryRemedy.of(name, cuda)));
    }

    private static boolean loads(String name) {
        try {
            NativeLibrary.getInstance(name);
            return true;
        } catch (UnsatisfiedLinkError e) {
            return false;
        }
    }
}
