package dev.holdfast.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench/run fill}: how fast bytes of the page cache become an arena, beside plain copies of the same bytes. */
@Command(name = "fill", description = "Page cache to arena, beside plain copies of the same bytes.")
final class FillCommand implements Callable<Integer> {
    private static final String BASELINE = "transferTo into tmpfs";

    @Option(names = "--mebibytes", description = "How much; default ${DEFAULT-VALUE}.")
    private long mebibytes = 1024;

    @Option(names = "--rounds", description = "How often each; default ${DEFAULT-VALUE}.")
    private int rounds = 7;

    @Option(names = "--memory-directory", description = "A tmpfs; default ${DEFAULT-VALUE}.")
    private Path memory = Bench.memoryDirectory();

    @Option(names = "--directory", description = "Where the source lies; default ${DEFAULT-VALUE}.")
    private Path directory = Path.of(System.getProperty("java.io.tmpdir"));

    private final Map<String, Samples> wall = new LinkedHashMap<>();
    private final Map<String, Samples> processor = new LinkedHashMap<>();

    @Override
    public Integer call() throws IOException {
        Machine.describe("fill --mebibytes " + mebibytes + " --rounds " + rounds);
        try (Fills fills = Fills.of(mebibytes << 20, directory, memory)) {
            round(fills); // reads the source into the page cache and has the JVM compile
            wall.clear();
            processor.clear();
            for (int i = 0; i < rounds; i++) {
                round(fills);
            }
        }
        print();
        return 0;
    }

    private void round(Fills fills) throws IOException {
        for (Fills.Way way : fills.ways()) {
            OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
            long used = system.getProcessCpuTime();
            long started = System.nanoTime();
            way.fill().run();
            wall.computeIfAbsent(way.name(), name -> new Samples()).add((System.nanoTime() - started) / 1e9);
            processor.computeIfAbsent(way.name(), name -> new Samples()).add((system.getProcessCpuTime() - used) / 1e9);
            way.undo().run();
        }
    }

    private void print() throws IOException {
        wall.forEach((name, samples) -> System.out.printf(Locale.ROOT, "s, %s: %s%n", name, samples.raw()));
        double baseline = wall.getOrDefault(BASELINE, new Samples()).median();
        System.out.println("| way | min s | median s | median MiB/s | of the plain copy's speed | processor s |");
        System.out.println("|---|---|---|---|---|---|");
        wall.forEach((name, samples) -> System.out.printf(
                Locale.ROOT,
                "| %s | %.3f | %.3f | %.0f | %.2f | %.2f |%n",
                name,
                samples.min(),
                samples.median(),
                mebibytes / samples.median(),
                baseline / samples.median(),
                processor.getOrDefault(name, samples).median()));
        System.out.printf(Locale.ROOT, "load average after: %s%n", Machine.load());
    }
}
