package dev.holdfast.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A JVM and how it is started.
 *
 * @param home of the JDK
 * @param options for the JVM, before the class path
 */
record JavaRuntime(Path home, List<String> options) {
    /** What {@code bin/holdfast} gives a holder: it keeps numbers and descriptors, and little of that. */
    static final List<String> HOLDER_OPTIONS = List.of(
            "-XX:+UseSerialGC",
            "-Xms8m",
            "-Xmx64m",
            "-Xss512k",
            "-XX:TieredStopAtLevel=1",
            "-XX:ReservedCodeCacheSize=32m");

    private static final String ARCHIVE = "-XX:SharedArchiveFile=";

    JavaRuntime {
        options = List.copyOf(options);
    }

    /** This JVM's own JDK, with a holder's options. */
    static JavaRuntime ofHolder() {
        return new JavaRuntime(Path.of(System.getProperty("java.home")), HOLDER_OPTIONS);
    }

    JavaRuntime with(String... more) {
        List<String> all = new ArrayList<>(options);
        all.addAll(List.of(more));
        return new JavaRuntime(home, all);
    }

    /** The same, but writing the class-data archive that its options name; empty if they name none. */
    Optional<JavaRuntime> writingArchive() {
        boolean named = options.stream().anyMatch(option -> option.startsWith(ARCHIVE));
        List<String> writing = options.stream()
                .map(option -> option.startsWith(ARCHIVE)
                        ? "-XX:ArchiveClassesAtExit=" + option.substring(ARCHIVE.length())
                        : option)
                .toList();
        return named ? Optional.of(new JavaRuntime(home, writing)) : Optional.empty();
    }

    /** As the JDK's {@code release} file has it. */
    String version() throws IOException {
        for (String line : Files.readAllLines(home.resolve("release"))) {
            if (line.startsWith("JAVA_VERSION=")) {
                return line.substring(line.indexOf('=') + 1).replace("\"", "");
            }
        }
        throw new IOException(home.resolve("release") + " names no JAVA_VERSION");
    }

    /** The command that runs a class of this class path. */
    List<String> command(String mainClass, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(home.resolve("bin/java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass));
        command.addAll(arguments);
        return command;
    }
}
