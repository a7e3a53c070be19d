package dev.holdfast.protocol;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** This process's descriptors, as proc(5) lists them. */
final class OpenDescriptors {
    private static final Pattern OF_THE_JVM =
            Pattern.compile("/(proc|sys)/.*|.*(\\.jar|\\.so[.\\d]*|\\.class|/modules)");

    private OpenDescriptors() {}

    /** How many there are, without the files that the JVM opens and closes whenever its own threads please. */
    static long count() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.filter(OpenDescriptors::isOfTheTest).count();
        }
    }

    private static boolean isOfTheTest(Path descriptor) {
        try {
            return !OF_THE_JVM
                    .matcher(Files.readSymbolicLink(descriptor).toString())
                    .matches();
        } catch (NoSuchFileException e) {
            return false; // closed since it was listed
        } catch (IOException e) {
            throw new UncheckedIOException(e);
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
