package dev.holdfast.daemon.doctor;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Whether a file of the CUDA driver is to be seen, told without loading it. */
final class DriverFile {
    private static final String LINUX = "libcuda.so.1";
    private static final String WINDOWS = "nvcuda.dll";

    /** Where drivers, container toolkits and WSL put it. */
    private static final List<String> FOLDERS = List.of(
            "/usr/lib64",
            "/usr/lib/x86_64-linux-gnu",
            "/usr/lib/aarch64-linux-gnu",
            "/usr/lib",
            "/usr/local/nvidia/lib64",
            "/usr/lib/wsl/lib",
            "C:\\Windows\\System32");

    private DriverFile() {}

    /** In the usual folders, {@code LD_LIBRARY_PATH}, or the dynamic linker's cache, see ld.so(8). */
    static boolean isVisible() {
        return isVisible(
                Optional.ofNullable(System.getenv("LD_LIBRARY_PATH")).orElse(""), Path.of("/etc/ld.so.cache"), FOLDERS);
    }

    static boolean isVisible(String searchPath, Path linkerCache, List<String> folders) {
        boolean there = Stream.concat(Stream.of(searchPath.split(File.pathSeparator)), folders.stream())
                .filter(folder -> !folder.isEmpty())
                .anyMatch(folder -> Files.exists(Path.of(folder, LINUX)) || Files.exists(Path.of(folder, WINDOWS)));
        return there || isNamedIn(linkerCache);
    }

    /** The cache has names as text; what is removed since is found out by whoever loads it. */
    private static boolean isNamedIn(Path linkerCache) {
        if (!Files.isRegularFile(linkerCache)) {
            return false;
        }
        try {
            return Files.readString(linkerCache, StandardCharsets.ISO_8859_1).contains(LINUX);
        } catch (IOException e) {
            // Then nobody else's programs find libraries by it either.
            return false;
        }
    }
}
