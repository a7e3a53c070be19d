package dev.holdfast.daemon.holder;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process at the other end of a connection, as the kernel states it.
 *
 * @param pid its process id when it connected
 * @param uid its effective user id then
 * @param command its command line, shortened; empty if it can't be read
 */
record Peer(long pid, long uid, String command) {
    private static final Logger LOG = LoggerFactory.getLogger(Peer.class);

    private static final int LONGEST_COMMAND = 200;

    static Peer of(long pid, long uid) {
        return new Peer(pid, uid, commandOf(pid));
    }

    /** From {@code /proc/PID/cmdline}, see proc(5); elsewhere from what the JVM can tell. */
    private static String commandOf(long pid) {
        Path commandLine = Path.of("/proc", Long.toString(pid), "cmdline");
        try {
            return Files.isReadable(commandLine)
                    ? printable(read(commandLine))
                    : printable(ProcessHandle.of(pid)
                            .flatMap(p -> p.info().commandLine())
                            .orElse(""));
        } catch (IOException e) {
            // It may have died already; its name is a convenience, its pid and uid are what counts.
            LOG.debug("command line of process {} can't be read", pid, e);
            return "";
        }
    }

    private static String read(Path commandLine) throws IOException {
        try (InputStream in = Files.newInputStream(commandLine)) {
            return new String(in.readNBytes(LONGEST_COMMAND), StandardCharsets.UTF_8);
        }
    }

    /** A process chooses its command line: it must not be able to write lines of its own into the log. */
    private static String printable(String text) {
        String clean = text.replaceAll("\\p{Cntrl}", " ").strip();
        return clean.substring(0, Math.min(LONGEST_COMMAND, clean.length()));
    }

    /** "pid 12 (uid 3, command)", as messages name a process. */
    @Override
    public String toString() {
        return "pid " + pid + " (uid " + uid + (command.isEmpty() ? "" : ", " + command) + ")";
    }
}
