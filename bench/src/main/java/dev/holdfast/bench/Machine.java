package dev.holdfast.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** What a figure was measured on, in words; nothing that names this very machine. */
final class Machine {
    private static final Path PROC = Path.of("/proc");

    private Machine() {}

    /** Prints it as the head of a command's output. */
    static void describe(String command) throws IOException {
        System.out.printf(Locale.ROOT, "# %s%n", command);
        System.out.printf(
                Locale.ROOT,
                "machine: %s, %d processors, %d MiB memory, %s %s; JDK %s%n",
                value("cpuinfo", "model name"),
                Runtime.getRuntime().availableProcessors(),
                Long.parseLong(value("meminfo", "MemTotal").replaceAll("[^0-9]", "")) / 1024,
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                Runtime.version());
        System.out.printf(Locale.ROOT, "load average before: %s%n", load());
    }

    /** The load averages of the last 1, 5 and 15 minutes; proc(5). */
    static String load() throws IOException {
        String[] fields = Files.readString(PROC.resolve("loadavg")).split(" ");
        return String.join(" ", List.of(fields).subList(0, 3));
    }

    private static String value(String file, String name) throws IOException {
        for (String line : Files.readAllLines(PROC.resolve(file))) {
            if (line.startsWith(name)) {
                return line.substring(line.indexOf(':') + 1).trim();
            }
        }
        throw new IOException("no " + name + " in /proc/" + file);
    }
}
