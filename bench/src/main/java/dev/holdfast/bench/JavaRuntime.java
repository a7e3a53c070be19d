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
    /** System property: the file with the options that {@code bin/holdfast} gives its JVM. */
    private static final String OPTIONS_FILE = "bench.holder.options";

    private static final String ARCHIVE = "-XX:SharedArchiveFile=";

    JavaRuntime {
        options = List.copyOf(options);
    }

    /** This JVM's own JDK, with the options that a holder is shipped with. */
    static JavaRuntime ofHolder() throws IOException {
        return new JavaRuntime(Path.of(System.getProperty("java.home")), shippedOptions());
    }

    /** One a line; lines that begin with a hash sign are comments. */
    static List<String> shippedOptions() throws IOException {
        String file = System.getProperty(OPTIONS_FILE);
        if (file == null) {
            throw new IOException("-D" + OPTIONS_FILE + " is not set; start this with bench/run");
        }
        return Files.readAllLines(Path.of(file)).stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .toList();
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
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass));
        command.addAll(arguments);
        return command;
    }
}
