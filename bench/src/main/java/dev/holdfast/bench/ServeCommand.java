package dev.holdfast.bench;

import dev.holdfast.memory.ArenaLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code bench/run serve}: workers of {@code holdfast serve} over one copy of a model, beside as many independent JVMs
 * with a copy each: requests a second and latencies, how soon a killed JVM is replaced, and the memory of all. Both run
 * all the time and are asked by turns; every answer is checked. Exits with 1 if a request failed.
 */
@Command(name = "serve", description = "The arbiter's workers beside independent JVMs with a copy of the model each.")
final class ServeCommand implements Callable<Integer> {
    /** System property: the installation to take unless told otherwise. */
    private static final String INSTALLATION = "bench.installation";

    private static final int WARM_UP_CONNECTIONS = 16;

    @Option(names = "--installation", description = "Holdfast's; default that of distribution/target.")
    private Path installation = Path.of(System.getProperty(INSTALLATION, ""));

    @Option(names = "--models", split = ",", description = "linear, minilm; default both.")
    private List<String> models = List.of("linear", "minilm");

    @Option(names = "--workers", split = ",", description = "How many JVMs each; default 1,3.")
    private List<Integer> counts = List.of(1, 3);

    @Option(names = "--connections", split = ",", description = "Each with one request in flight; default 1,16,64.")
    private List<Integer> connections = List.of(1, 16, 64);

    @Option(names = "--rounds", description = "How often each; default ${DEFAULT-VALUE}.")
    private int rounds = 3;

    @Option(names = "--millis", description = "How long each, a round; default ${DEFAULT-VALUE}.")
    private long millis = 1000;

    @Option(names = "--warm-up", description = "How long each before all rounds, in ms; default ${DEFAULT-VALUE}.")
    private long warmUp = 3000;

    @Option(names = "--kills", description = "Replacements of each; default ${DEFAULT-VALUE}.")
    private int kills = 3;

    @Option(names = "--threads", description = "That share one operator's work; default ${DEFAULT-VALUE}.")
    private int threads = 1;

    @Option(names = "--width", description = "Inputs and outputs of the linear model; default ${DEFAULT-VALUE}.")
    private int width = 4096;

    @Option(names = "--tokens", description = "Of a request to MiniLM; default ${DEFAULT-VALUE}.")
    private int tokens = 16;

    @Option(
            names = "--options",
            description = "JVM options of all that serve, separated by blanks; default ${DEFAULT-VALUE}.")
    private String options = "-Xmx128m -XX:+UseSerialGC";

    @Option(names = "--directory", description = "Where models and state lie; default ${DEFAULT-VALUE}.")
    private Path directory = Path.of(System.getProperty("java.io.tmpdir"));

    private final ServeTables tables = new ServeTables();

    @Override
    public Integer call() throws Exception {
        if (!Files.isExecutable(installation.resolve("bin").resolve("holdfast"))) {
            throw new IOException("no bin/holdfast in \"" + installation
                    + "\"; name an installation with --installation, or build one: mvn -DskipTests package");
        }
        Machine.describe(String.format(
                "serve --rounds %d --millis %d --warm-up %d --kills %d --threads %d --width %d --tokens %d --options \"%s\"",
                rounds, millis, warmUp, kills, threads, width, tokens, options));
        try (Workplace place = Workplace.in(directory)) {
            for (String name : models) {
                measure(place, ServedModel.named(name, width, tokens));
            }
        }
        tables.print();
        System.out.printf(Locale.ROOT, "load average after: %s%n", Machine.load());
        return tables.failures() == 0 ? 0 : 1;
    }

    private void measure(Workplace place, ServedModel model) throws Exception {
        Path file = model.writeTo(place.models());
        place.clearState();
        try (HolderProcess holder = HolderProcess.start(installation, place, ArenaLayout.PACKED)) {
            Serving.load(holder, List.of(model.name()));
            for (int count : counts) {
                try (Fleet plain = plain(place, count, model, file);
                        Fleet ours = arbiter(place, holder, count, model)) {
                    measure(List.of(plain, ours), model, count);
                }
            }
        }
    }

    private Fleet plain(Workplace place, int count, ServedModel model, Path file) throws IOException {
        JavaRuntime java = new JavaRuntime(Path.of(System.getProperty("java.home")), List.of(options.split(" +")));
        return PlainFleet.start(
                java, count, model.name(), file, threads, place.root().resolve("plain.log"));
    }

    private Fleet arbiter(Workplace place, HolderProcess holder, int count, ServedModel model) throws IOException {
        List<String> all = new ArrayList<>(List.of(options.split(" +")));
        all.add("-Dholdfast.intraop.threads=" + threads);
        return ArbiterFleet.start(installation, place, holder, count, model.name(), all);
    }

    /** The first fleet is the one that the others are compared with. */
    private void measure(List<Fleet> fleets, ServedModel model, int count) throws Exception {
        String what = "| " + model.name() + ", " + model.label() + " | " + count;
        OutputCheck check = new OutputCheck();
        for (Fleet fleet : fleets) {
            FleetLoad load = new FleetLoad(fleet, model.request(), WARM_UP_CONNECTIONS, check);
            load.perSecond(Duration.ofMillis(warmUp));
            tables.countFailures(load);
        }
        for (int number : connections) {
            measureLoad(fleets, model, number, check, what + " | " + number);
        }
        Rounds memory = new Rounds();
        Rounds replacements = new Rounds();
        for (Fleet fleet : fleets) {
            tables.printProcesses(what, fleet);
            memory.way(fleet.name(), () -> Fleet.proportionalMib(fleet.pids()));
            replacements.way(fleet.name(), fleet::replaceMillis);
        }
        tables.addMemory(what, memory.run(0, 1));
        tables.addReplacements(what, replacements.run(0, kills));
    }

    private void measureLoad(List<Fleet> fleets, ServedModel model, int number, OutputCheck check, String what)
            throws Exception {
        Rounds perSecond = new Rounds();
        List<FleetLoad> loads = new ArrayList<>();
        for (Fleet fleet : fleets) {
            FleetLoad load = new FleetLoad(fleet, model.request(), number, check);
            loads.add(load);
            perSecond.way(fleet.name(), () -> load.perSecond(Duration.ofMillis(millis)));
        }
        tables.addLoad(what, perSecond.run(0, rounds), loads);
    }
}
