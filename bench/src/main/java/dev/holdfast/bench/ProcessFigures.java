package dev.holdfast.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What the kernel says of a process; proc(5).
 *
 * @param residentKib {@code VmRSS}
 * @param anonymousKib {@code RssAnon}: heap, stacks, compiled code and what else no file backs
 * @param fileKib {@code RssFile}: mapped libraries and archives, most of it shared with other JVMs
 * @param proportionalKib {@code Pss}: as resident, but each page divided by the number of processes that map it
 * @param threads running
 * @param descriptors open
 */
record ProcessFigures(
        long residentKib, long anonymousKib, long fileKib, long proportionalKib, int threads, int descriptors) {
    static ProcessFigures of(long pid) throws IOException {
        Path process = Path.of("/proc", Long.toString(pid));
        long resident = 0;
        long anonymous = 0;
        long file = 0;
        int threads = 0;
        for (String line : Files.readAllLines(process.resolve("status"))) {
            switch (line.substring(0, line.indexOf(':'))) {
                case "VmRSS" -> resident = number(line);
                case "RssAnon" -> anonymous = number(line);
                case "RssFile" -> file = number(line);
                case "Threads" -> threads = (int) number(line);
                default -> {
                    // Not asked for.
                }
            }
        }
        return new ProcessFigures(resident, anonymous, file, proportional(process), threads, descriptors(process));
    }

    private static long proportional(Path process) throws IOException {
        for (String line : Files.readAllLines(process.resolve("smaps_rollup"))) {
            if (line.startsWith("Pss:")) {
                return number(line);
            }
        }
        throw new IOException("no Pss in " + process.resolve("smaps_rollup"));
    }

    private static int descriptors(Path process) throws IOException {
        try (Stream<Path> open = Files.list(process.resolve("fd"))) {
            return (int) open.count();
        }
    }

    private static long number(String line) {
        return Long.parseLong(line.replaceAll("[^0-9]", ""));
    }

    double residentMib() {
        return residentKib / 1024.0;
    }

    double proportionalMib() {
        return proportionalKib / 1024.0;
    }

    double anonymousMib() {
        return anonymousKib / 1024.0;
    }

    double fileMib() {
        return fileKib / 1024.0;
    }
}
