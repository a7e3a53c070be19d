package dev.holdfast.protocol;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** This process's descriptors, as proc(5) lists them. */
final class OpenDescriptors {
    private OpenDescriptors() {}

    static long count() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        }
    }

    static Path target(int descriptor) throws IOException {
        return Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor));
    }

    static boolean closesOnExec(int descriptor) throws IOException {
        String flags = Files.readAllLines(Path.of("/proc/self/fdinfo/" + descriptor)).stream()
                .filter(line -> line.startsWith("flags:"))
                .findFirst()
                .orElseThrow();
        return (Long.parseLong(flags.substring(6).strip(), 8) & 02000000) != 0;
    }
}
