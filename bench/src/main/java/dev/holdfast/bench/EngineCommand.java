package dev.holdfast.bench;

import dev.holdfast.daemon.sample.LinearSample;
import dev.holdfast.daemon.sample.MiniLmSample;
import dev.holdfast.engine.Model;
import dev.holdfast.engine.Models;
import dev.holdfast.engine.VersionStatistics;
import dev.holdfast.memory.ArenaLayout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code bench/run engine}: what a call costs through the engine, in both layouts, beside ONNX Runtime's own Java API on
 * the model's own file, all in this JVM; and what many callers at once get, with and without batches.
 */
@Command(name = "engine", description = "The engine beside ONNX Runtime's own Java API, in one JVM.")
final class EngineCommand implements Callable<Integer> {
    private static final String PLAIN = "plain";
    private static final String PACKED = "packed";
    private static final String SEALED = "sealed";

    @Option(names = "--rounds", description = "How often each; default ${DEFAULT-VALUE}.")
    private int rounds = 9;

    @Option(names = "--millis", description = "How long each, a round; default ${DEFAULT-VALUE}.")
    private long millis = 400;

    @Option(names = "--callers", description = "At once, in the second part; default ${DEFAULT-VALUE}.")
    private int callers = 16;

    @Option(names = "--width", description = "Inputs and outputs of the linear model; default ${DEFAULT-VALUE}.")
    private int width = 4096;

    @Option(names = "--directory", description = "Where models and state lie; default ${DEFAULT-VALUE}.")
    private Path directory = Path.of(System.getProperty("java.io.tmpdir"));

    private final List<String> names = List.of(MiniLmSample.NAME, LinearSample.DEFAULT_NAME);

    @Override
    public Integer call() throws Exception {
        Machine.describe(
                "engine --rounds " + rounds + " --millis " + millis + " --callers " + callers + " --width " + width);
        try (Workplace packedPlace = place();
                Workplace sealedPlace = place();
                Serving packed = Serving.start(packedPlace, ArenaLayout.PACKED, names, 1);
                Serving sealed = Serving.start(sealedPlace, ArenaLayout.SEALED, names, 1)) {
            measureCalls(packedPlace, packed, sealed);
            measureCallers(packedPlace, packed);
        }
        System.out.printf(Locale.ROOT, "load average after: %s%n", Machine.load());
        return 0;
    }

    private Workplace place() throws IOException {
        Workplace place = Workplace.in(directory);
        new MiniLmSample().writeTo(place.models(), Optional.empty());
        new LinearSample(LinearSample.DEFAULT_NAME, width, width, false).writeTo(place.models());
        return place;
    }

    private static Path file(Workplace place, String model) {
        return place.models().resolve(model).resolve("1/model.onnx");
    }

    /** One caller, and one thread to compute. */
    private void measureCalls(Workplace place, Serving packed, Serving sealed) throws Exception {
        Map<Workload, Rounds> all = new LinkedHashMap<>();
        for (Workload workload : List.of(
                Workload.miniLm(1, 16),
                Workload.miniLm(1, 128),
                Workload.miniLm(8, 16),
                Workload.miniLm(8, 128),
                Workload.rows(LinearSample.DEFAULT_NAME, 1, width),
                Workload.rows(LinearSample.DEFAULT_NAME, 16, width))) {
            try (PlainSession plain = PlainSession.open(file(place, workload.model()), 1)) {
                all.put(workload, measureCall(workload, plain, packed, sealed));
            }
        }
        System.out.printf("%none caller, one thread%n");
        System.out.println("| model | input | plain ms | packed ms | ratio | sealed ms | ratio |");
        System.out.println("|---|---|---|---|---|---|---|");
        all.forEach(EngineCommand::printCall);
        all.forEach((workload, measured) -> measured.printRaw("ms, " + workload.model() + " " + workload.label()));
    }

    private Rounds measureCall(Workload workload, PlainSession plain, Serving packed, Serving sealed) throws Exception {
        Runnable plainCall = plain.call(workload);
        Model packedModel = packed.model(workload.model());
        Model sealedModel = sealed.model(workload.model());
        return new Rounds()
                .way(PLAIN, () -> Callers.medianMillis(plainCall, millis))
                .way(PACKED, () -> Callers.medianMillis(() -> packedModel.infer(workload.request()), millis))
                .way(SEALED, () -> Callers.medianMillis(() -> sealedModel.infer(workload.request()), millis))
                .run(rounds);
    }

    private static void printCall(Workload workload, Rounds measured) {
        System.out.printf(
                Locale.ROOT,
                "| %s | %s | %.3f | %.3f | %.3f | %.3f | %.3f |%n",
                workload.model(),
                workload.label(),
                measured.of(PLAIN).median(),
                measured.of(PACKED).median(),
                measured.ratio(PACKED),
                measured.of(SEALED).median(),
                measured.ratio(SEALED));
    }

    /** Both sides with one thread an operator, and with as many as there are processors. */
    private void measureCallers(Workplace place, Serving oneThread) throws Exception {
        int processors = Runtime.getRuntime().availableProcessors();
        try (Models manyThreads = Serving.open(place.socket(), names, processors)) {
            for (Workload workload :
                    List.of(Workload.miniLm(1, 16), Workload.rows(LinearSample.DEFAULT_NAME, 1, width))) {
                try (PlainSession plain = PlainSession.open(file(place, workload.model()), 1);
                        PlainSession plainMany = PlainSession.open(file(place, workload.model()), processors)) {
                    Batches one = new Batches(oneThread.model(workload.model()), workload);
                    Batches many = new Batches(manyThreads.get(workload.model()), workload);
                    printCallers(
                            workload,
                            new Rounds()
                                    .way("plain, 1 thread an operator", () -> perSecond(plain.call(workload)))
                                    .way(
                                            "plain, " + processors + " threads an operator",
                                            () -> perSecond(plainMany.call(workload)))
                                    .way("packed, 1 thread an operator", () -> perSecond(one))
                                    .way("packed, " + processors + " threads an operator", () -> perSecond(many))
                                    .run(rounds));
                    System.out.printf(
                            Locale.ROOT,
                            "requests a run: with 1 thread %.1f, with %d threads %.1f%n",
                            one.mean(),
                            processors,
                            many.mean());
                }
            }
        }
    }

    /** Requests to one model, and how many of them shared a run. */
    private static final class Batches implements Runnable {
        private final Model model;
        private final Workload workload;
        private final VersionStatistics before;

        Batches(Model model, Workload workload) {
            this.model = model;
            this.workload = workload;
            this.before = model.statistics().get(0);
        }

        @Override
        public void run() {
            model.infer(workload.request());
        }

        double mean() {
            VersionStatistics after = model.statistics().get(0);
            return (double) (after.inferenceCount() - before.inferenceCount())
                    / (after.executionCount() - before.executionCount());
        }
    }

    private double perSecond(Runnable call) throws InterruptedException {
        return Callers.perSecond(callers, call, 2 * millis);
    }

    private void printCallers(Workload workload, Rounds measured) {
        System.out.printf("%n%s, %s, %d callers%n", workload.model(), workload.label(), callers);
        System.out.println("| way | requests/s | ratio |");
        System.out.println("|---|---|---|");
        measured.names()
                .forEach(name -> System.out.printf(
                        Locale.ROOT,
                        "| %s | %.0f | %.2f |%n",
                        name,
                        measured.of(name).median(),
                        measured.ratio(name)));
        measured.printRaw("requests/s");
    }
}
