package dev.holdfast.daemon.doctor;

import java.util.List;

/**
 * What brings a missing library. Sources: NVIDIA's CUDA installation guide for Linux ("Meta Packages") and cuDNN's
 * installation guide, for the names of packages in NVIDIA's repositories.
 */
final class LibraryRemedy {
    private static final List<String> OF_CUDA = List.of(
            "libcudart",
            "libcublas",
            "libcufft",
            "libcurand",
            "libnvrtc",
            "libcusparse",
            "libcusolver",
            "libnvJitLink");

    private LibraryRemedy() {}

    /** @param cuda the major version of CUDA that the build is for */
    static String of(String library, int cuda) {
        if (library.startsWith("libcudnn")) {
            return "install cuDNN 9: apt install libcudnn9-cuda-" + cuda + linker();
        }
        if (library.startsWith("libcuda.so")) {
            return "install NVIDIA's driver; in a container run it with the GPU";
        }
        if (OF_CUDA.stream().anyMatch(library::startsWith)) {
            // The oldest and the newest minor version that the repositories of all systems have.
            return "install CUDA " + cuda + ": apt install cuda-libraries-" + (cuda == 12 ? "12-9" : cuda + "-0")
                    + linker();
        }
        return "install what brings it" + linker();
    }

    private static String linker() {
        return " (NVIDIA's repository), with its folder in LD_LIBRARY_PATH or ld.so.conf";
    }
}
