package dev.holdfast.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Memory of a process's mappings of one file (proc_pid_smaps(5)), in bytes.
 *
 * @param rss resident
 * @param pss resident, each page divided by the number of processes that have it
 * @param anonymous private copies of pages
 */
record Smaps(long rss, long pss, long anonymous) {
    /** Of those mappings whose path contains {@code name}. */
    static Smaps of(long pid, String name) throws IOException {
        Smaps all = new Smaps(0, 0, 0);
        boolean within = false;
        for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "smaps"))) {
            if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
                within = line.contains(name);
            } else if (within) {
                all = all.plus(line);
            }
        }
        return all;
    }

    private Smaps plus(String line) {
        return new Smaps(rss + bytes(line, "Rss:"), pss + bytes(line, "Pss:"), anonymous + bytes(line, "Anonymous:"));
    }

    private static long bytes(String line, String field) {
        return line.startsWith(field) ? 1024 * Long.parseLong(line.replaceAll("\\D", "")) : 0;
    }
}
