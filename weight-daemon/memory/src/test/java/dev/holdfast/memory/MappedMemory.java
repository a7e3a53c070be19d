package dev.holdfast.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The memory that a process's mappings of some files occupy, as the kernel counts it: proc(5), {@code smaps}.
 *
 * @param mappings how many there are
 * @param rssBytes pages present in the process
 * @param pssBytes the same, each divided by the number of processes that have it
 * @param sharedDirtyBytes pages changed and seen by several processes
 * @param privateDirtyBytes pages changed and seen by this process alone
 */
public record MappedMemory(int mappings, long rssBytes, long pssBytes, long sharedDirtyBytes, long privateDirtyBytes) {
    private static final Pattern MAPPING = Pattern.compile("[0-9a-f]+-[0-9a-f]+ (\\S+) \\S+ \\S+ \\d+ *(.*)");
    private static final Pattern COUNT = Pattern.compile("(\\w+): +(\\d+) kB");
    private static final MappedMemory NONE = new MappedMemory(0, 0, 0, 0, 0);

    /**
     * The sum over a process's mappings whose name contains a text, such as {@code /memfd:NAME} or a file's path.
     *
     * @param pid of a process that this one may trace
     */
    public static MappedMemory of(long pid, String nameContains) throws IOException {
        return parse(Files.readAllLines(Path.of("/proc", Long.toString(pid), "smaps")), nameContains);
    }

    static MappedMemory parse(List<String> smaps, String nameContains) {
        MappedMemory sum = NONE;
        boolean counts = false;
        for (String line : smaps) {
            Matcher mapping = MAPPING.matcher(line);
            if (mapping.matches()) {
                counts = mapping.group(2).contains(nameContains);
                sum = counts ? sum.plus(1, 0, 0, 0, 0) : sum;
            } else if (counts) {
                sum = sum.plusLine(line);
            }
        }
        return sum;
    }

    private MappedMemory plusLine(String line) {
        Matcher count = COUNT.matcher(line);
        if (!count.matches()) {
            return this;
        }
        long bytes = Long.parseLong(count.group(2)) * 1024;
        return switch (count.group(1)) {
            case "Rss" -> plus(0, bytes, 0, 0, 0);
            case "Pss" -> plus(0, 0, bytes, 0, 0);
            case "Shared_Dirty" -> plus(0, 0, 0, bytes, 0);
            case "Private_Dirty" -> plus(0, 0, 0, 0, bytes);
            default -> this;
        };
    }

    private MappedMemory plus(int mappings, long rss, long pss, long sharedDirty, long privateDirty) {
        return new MappedMemory(
                this.mappings + mappings,
                rssBytes + rss,
                pssBytes + pss,
                sharedDirtyBytes + sharedDirty,
                privateDirtyBytes + privateDirty);
    }
}
