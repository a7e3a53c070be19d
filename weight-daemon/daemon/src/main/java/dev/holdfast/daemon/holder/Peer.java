package dev.holdfast.daemon.holder;

import java.io.IOException;
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
            String text = Files.isReadable(commandLine)
                    ? Files.readString(commandLine, StandardCharsets.ISO_8859_1).replace('\0', ' ')
                    : ProcessHandle.of(pid).flatMap(p -> p.info().commandLine()).orElse("");
            return text.strip()
                    .substring(0, Math.min(LONGEST_COMMAND, text.strip().length()));
        } catch (IOException e) {
            // It may have died already; its name is a convenience, its pid and uid are what counts.
            LOG.debug("command line of process {} can't be read", pid, e);
            return "";
        }
    }

    /** "pid 12 (uid 3, command)", as messages name a process. */
    @Override
    public String toString() {
        return "pid " + pid + " (uid " + uid + (command.isEmpty() ? "" : ", " + command) + ")";
    }
}
