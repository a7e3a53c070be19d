package dev.holdfast.arbiter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How many connections to a port a process holds, as {@code /proc} tells (proc(5)). */
final class HeldConnections {
    private static final int LOCAL_ADDRESS = 1;
    private static final int STATE = 3;
    private static final int INODE = 9;
    private static final String LISTENING = "0A";

    private HeldConnections() {}

    static long of(long pid, int port) throws IOException {
        Set<String> sockets = sockets(pid);
        return Stream.concat(table("/proc/net/tcp"), table("/proc/net/tcp6"))
                .filter(row -> row.get(LOCAL_ADDRESS).endsWith(String.format(Locale.ROOT, ":%04X", port)))
                .filter(row -> !row.get(STATE).equals(LISTENING))
                .filter(row -> sockets.contains("socket:[" + row.get(INODE) + "]"))
                .count();
    }

    private static Stream<List<String>> table(String file) throws IOException {
        return Files.readAllLines(Path.of(file)).stream()
                .skip(1)
                .map(line -> List.of(line.strip().split("\\s+")));
    }

    private static Set<String> sockets(long pid) throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
            return descriptors.map(HeldConnections::target).collect(Collectors.toSet());
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            // Closed meanwhile.
            return "";
        }
    }
}
