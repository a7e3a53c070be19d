package dev.holdfast.memory.cuda;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Assumptions;

/** A library that stands in for NVML where there is no driver; see {@code nvml.cpp}. */
public final class NvmlStub {
    private NvmlStub() {}

    /**
     * Compiles it under NVML's own name; the test is skipped where there is no compiler.
     *
     * @param directory where to
     */
    public static Path compiledIn(Path directory) throws IOException, InterruptedException {
        boolean there = List.of(System.getenv("PATH").split(File.pathSeparator)).stream()
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "g++")));
        Assumptions.assumeTrue(there, "needs g++ on the PATH");
        Path source = directory.resolve("nvml.cpp");
        try (InputStream resource = Objects.requireNonNull(NvmlStub.class.getResourceAsStream("nvml.cpp"))) {
            Files.copy(resource, source);
        }
        Path library = directory.resolve("libnvidia-ml.so.1");
        Process compiler = new ProcessBuilder(
                        "g++", "-std=c++17", "-shared", "-fPIC", "-o", library.toString(), source.toString())
                .inheritIO()
                .start();
        if (compiler.waitFor() != 0) {
            throw new IOException("g++ failed");
        }
        return library;
    }
}
