package dev.holdfast.arbiter;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The JVM of a worker: this JVM's binary, with this JVM's {@code holdfast.*} properties.
 *
 * @param options of the JVM, from the operator
 */
record JavaCommand(Optional<Path> holderSocket, List<String> options) {
    JavaCommand {
        options = List.copyOf(options);
    }

    static String binary() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** The options that every worker gets, the operator's last. */
    List<String> allOptions() {
        List<String> all = new ArrayList<>();
        all.add("--enable-native-access=ALL-UNNAMED");
        System.getProperties().stringPropertyNames().stream()
                .filter(name -> name.startsWith("holdfast."))
                .sorted()
                .forEach(name -> all.add("-D" + name + "=" + System.getProperty(name)));
        holderSocket.ifPresent(
                socket -> all.add("-Dholdfast.socket=" + socket.toAbsolutePath().normalize()));
        all.addAll(options);
        return all;
    }
}
