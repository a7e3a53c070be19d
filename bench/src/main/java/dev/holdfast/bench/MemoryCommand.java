package dev.holdfast.bench;

import dev.holdfast.daemon.sample.MiniLmSample;
import dev.holdfast.memory.ArenaLayout;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench/run memory}: what workers take, beside as many processes with ONNX Runtime's own Java API. */
@Command(name = "memory", description = "Memory of several workers, beside as many plain processes.")
final class MemoryCommand implements Callable<Integer> {
    @Option(names = "--workers", split = ",", description = "How many; default ${DEFAULT-VALUE}.")
    private List<Integer> counts = List.of(1, 2, 4);

    @Option(
            names = "--options",
            description = "JVM options of every process, separated by blanks; default ${DEFAULT-VALUE}.")
    private String options = "-Xmx64m -XX:+UseSerialGC";

    @Option(names = "--directory", description = "Where models and state lie; default ${DEFAULT-VALUE}.")
    private Path directory = Path.of(System.getProperty("java.io.tmpdir"));

    @Override
    public Integer call() throws IOException {
        Machine.describe("memory --options \"" + options + "\"");
        System.out.println("| processes | count | sum of Pss MiB | sum of RssAnon MiB | the holder's Pss MiB |");
        System.out.println("|---|---|---|---|---|");
        try (Workplace place = Workplace.in(directory)) {
            Path entry = new MiniLmSample().writeTo(place.models(), Optional.empty());
            for (int count : counts) {
                print("plain", start(count, "plain", entry.resolve("1/model.onnx")), Optional.empty());
            }
            for (ArenaLayout layout : ArenaLayout.values()) {
                measure(place, layout);
            }
        }
        System.out.printf(Locale.ROOT, "load average after: %s%n", Machine.load());
        return 0;
    }

    private void measure(Workplace place, ArenaLayout layout) throws IOException {
        place.clearState();
        try (HolderProcess holder = HolderProcess.start(JavaRuntime.ofHolder(), place, layout)) {
            Serving.load(holder, List.of(MiniLmSample.NAME));
            for (int count : counts) {
                print(layout.wireName(), start(count, "leased", place.socket()), Optional.of(holder));
            }
        }
    }

    /** Starts them one after another; each has inferred when the next begins. */
    private List<Process> start(int count, String kind, Path path) throws IOException {
        JavaRuntime java = new JavaRuntime(Path.of(System.getProperty("java.home")), List.of(options.split(" +")));
        List<Process> started = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Process process = new ProcessBuilder(
                            java.command(MemoryWorker.class.getName(), List.of(kind, path.toString())))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            started.add(process);
            awaitReady(process);
        }
        return started;
    }

    private static void awaitReady(Process process) throws IOException {
        BufferedReader lines = process.inputReader();
        for (String line = lines.readLine(); !MemoryWorker.READY.equals(line); line = lines.readLine()) {
            if (line == null) {
                throw new IOException("a process ended before it was ready");
            }
        }
    }

    private static void print(String what, List<Process> processes, Optional<HolderProcess> holder) throws IOException {
        double shared = 0;
        double anonymous = 0;
        try {
            for (Process process : processes) {
                shared += ProcessFigures.of(process.pid()).proportionalMib();
                anonymous += ProcessFigures.of(process.pid()).anonymousMib();
            }
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %d | %.1f | %.1f | %s |%n",
                    what,
                    processes.size(),
                    shared,
                    anonymous,
                    holder.isEmpty()
                            ? ""
                            : String.format(
                                    Locale.ROOT, "%.1f", holder.get().figures().proportionalMib()));
        } finally {
            processes.forEach(Process::destroy);
        }
    }
}
