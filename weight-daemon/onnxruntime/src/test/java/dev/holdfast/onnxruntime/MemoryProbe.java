package dev.holdfast.onnxruntime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Opens a session in a JVM of its own and prints what memory that took, from {@code /proc/self}. */
final class MemoryProbe {
    private MemoryProbe() {}

    public static void main(String[] arguments) throws IOException {
        Path graph = Path.of(arguments[1]);
        OnnxRuntime runtime = OnnxRuntime.load();
        try (Environment environment = Environment.open(runtime, LogListener.NONE);
                SessionOptions options = SessionOptions.create(runtime).intraOpThreads(1)) {
            SharedWeights weights =
                    arguments[0].equals("placed") ? MappedWeights.of(graph).placed() : new PackedWeights(graph);
            long before = privateBytes();
            try (Session session = arguments[0].equals("plain")
                    ? Session.open(environment, options, graph)
                    : weights.open(environment, options)) {
                System.out.println("private=" + (privateBytes() - before));
                MiniLm.embed(runtime, session);
                printMappings(graph);
            }
        }
    }

    private static long privateBytes() throws IOException {
        System.gc();
        return kilobytes(Files.readAllLines(Path.of("/proc/self/status")), "RssAnon:");
    }

    /** What {@code smaps} says of the weights' mappings, added up; see proc_pid_smaps(5). */
    private static void printMappings(Path graph) throws IOException {
        long resident = 0;
        long sharedDirty = 0;
        boolean weights = false;
        for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
            if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
                weights = line.contains(graph.resolveSibling("").toString()) && line.endsWith("weights");
                if (weights) {
                    System.out.println("access=" + line.replaceAll("\\S+ (\\S+) .*", "$1"));
                }
            } else if (weights) {
                resident += kilobytes(List.of(line), "Rss:");
                sharedDirty += kilobytes(List.of(line), "Shared_Dirty:");
            }
        }
        System.out.println("resident=" + resident);
        System.out.println("sharedDirty=" + sharedDirty);
    }

    private static long kilobytes(List<String> lines, String name) {
        return lines.stream()
                .filter(line -> line.startsWith(name))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                .sum();
    }
}
