package dev.holdfast.bench;

import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.protocol.HolderClient;
import dev.holdfast.protocol.Lease;
import dev.holdfast.protocol.VersionSelector;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench/run footprint}: the holder's start time and resident memory, for JDKs and their options. */
@Command(name = "footprint", description = "The holder's start time and resident memory.")
final class FootprintCommand implements Callable<Integer> {
    private static final int VERSIONS = 10;

    @Option(names = "--jdk", description = "Home of a JDK; may be repeated; default the one that measures.")
    private List<Path> jdks = List.of(Path.of(System.getProperty("java.home")));

    @Option(
            names = "--options",
            description = "The holder's JVM options, separated by blanks; may be repeated; default those of"
                    + " bin/holdfast. With -XX:SharedArchiveFile=FILE, the archive is made first.")
    private List<String> options = List.of();

    @Option(names = "--starts", description = "Of each; default ${DEFAULT-VALUE}.")
    private int starts = 7;

    @Option(names = "--leases", description = "Default ${DEFAULT-VALUE}.")
    private int leases = 100;

    @Option(names = "--only-idle", description = "Neither versions nor leases.")
    private boolean onlyIdle;

    @Option(names = "--directory", description = "Where models and state lie; default ${DEFAULT-VALUE}.")
    private Path directory = Path.of(System.getProperty("java.io.tmpdir"));

    @Override
    public Integer call() throws IOException {
        Machine.describe("footprint --starts " + starts);
        List<String> sets = options.isEmpty() ? List.of(String.join(" ", JavaRuntime.shippedOptions())) : options;
        for (Path jdk : jdks) {
            for (String set : sets) {
                List<String> list =
                        set.isBlank() ? List.of() : List.of(set.strip().split(" +"));
                try (Workplace place = Workplace.in(directory)) {
                    measure(place, new JavaRuntime(jdk, list));
                }
            }
        }
        System.out.printf(Locale.ROOT, "load average after: %s%n", Machine.load());
        return 0;
    }

    private void measure(Workplace place, JavaRuntime java) throws IOException {
        System.out.printf(Locale.ROOT, "%nJDK %s, %s%n", java.version(), String.join(" ", java.options()));
        makeArchive(place, java);
        Samples ready = new Samples();
        Samples processor = new Samples();
        Samples resident = new Samples();
        for (int i = 0; i < starts; i++) {
            try (HolderProcess holder = HolderProcess.start(java, place, ArenaLayout.PACKED)) {
                ready.add(holder.readyMillis());
                processor.add(holder.processorMillis());
                resident.add(holder.figures().residentMib());
            }
        }
        System.out.printf(Locale.ROOT, "start to answer, ms: %s%n", ready.raw());
        System.out.printf(Locale.ROOT, "processor time until then, ms: %s%n", processor.raw());
        System.out.printf(Locale.ROOT, "resident when it answers, MiB: %s%n", resident.raw());
        System.out.printf(
                Locale.ROOT,
                "start to answer: min %.0f ms, median %.0f ms, processor time %.0f ms; resident then: median %.1f MiB%n",
                ready.min(),
                ready.median(),
                processor.median(),
                resident.median());
        if (!onlyIdle) {
            fill(place, java);
        }
    }

    /** A holder with the archive's options, but writing it when it ends; one that is there would only be read. */
    private static void makeArchive(Workplace place, JavaRuntime java) throws IOException {
        Optional<JavaRuntime> writing = java.writingArchive();
        if (writing.isPresent()) {
            HolderProcess.start(writing.get(), place, ArenaLayout.PACKED).close();
        }
    }

    private void fill(Workplace place, JavaRuntime java) throws IOException {
        LinearModel model = LinearModel.ofMebibytes(4);
        model.writeVersions(place.models(), VERSIONS);
        Deque<Lease> open = new ArrayDeque<>();
        System.out.println("| holder with | resident MiB | anonymous | file-backed | threads | descriptors |");
        System.out.println("|---|---|---|---|---|---|");
        try (HolderProcess holder = HolderProcess.start(java, place, ArenaLayout.PACKED);
                HolderClient client = holder.client()) {
            print("nothing", holder);
            client.load(model.name(), Optional.of(1L), false);
            print("1 version", holder);
            client.load(model.name(), Optional.empty(), false);
            print(VERSIONS + " versions", holder);
            while (open.size() < leases) {
                open.add(client.lease(model.name(), VersionSelector.active(), Duration.ZERO, Optional.empty()));
            }
            print(leases + " leases as well", holder);
            open.forEach(Lease::close);
            client.status();
            print("those closed again", holder);
        }
    }

    private static void print(String what, HolderProcess holder) throws IOException {
        ProcessFigures figures = holder.figures();
        System.out.printf(
                Locale.ROOT,
                "| %s | %.1f | %.1f | %.1f | %d | %d |%n",
                what,
                figures.residentMib(),
                figures.anonymousMib(),
                figures.fileMib(),
                figures.threads(),
                figures.descriptors());
    }
}
