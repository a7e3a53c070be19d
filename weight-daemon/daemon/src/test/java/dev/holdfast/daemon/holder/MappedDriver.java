package dev.holdfast.daemon.holder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Whether a process has a CUDA driver's library, or JCuda's, in its memory: {@code /proc/PID/maps}, see proc(5). */
final class MappedDriver {
    private MappedDriver() {}

    /** The lines that say so. */
    static List<String> linesOf(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(pid), "maps")).stream()
                .filter(line -> line.contains("libcuda") || line.contains("JCuda") || line.contains("/dev/nvidia"))
                .toList();
    }
}
