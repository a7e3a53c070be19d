package dev.holdfast.bench;

import dev.holdfast.daemon.sample.MiniLmSample;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.protocol.HolderClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench/run load}: where the time of a whole load goes, the first and when the optimised form is cached. */
@Command(name = "load", description = "Stage times of whole loads: the first, and later ones out of the cache.")
final class LoadCommand implements Callable<Integer> {
    @Option(names = "--mebibytes", description = "Size of the linear model; default ${DEFAULT-VALUE}.")
    private long mebibytes = 1024;

    @Option(names = "--rounds", description = "How often each; default ${DEFAULT-VALUE}.")
    private int rounds = 3;

    @Option(names = "--directory", description = "Where model and state lie; default ${DEFAULT-VALUE}.")
    private Path directory = Path.of(System.getProperty("java.io.tmpdir"));

    @Override
    public Integer call() throws IOException {
        Machine.describe("load --mebibytes " + mebibytes + " --rounds " + rounds);
        LinearModel linear = LinearModel.ofMebibytes(mebibytes);
        try (Workplace place = Workplace.in(directory)) {
            linear.writeTo(place.models());
            new MiniLmSample().writeTo(place.models(), Optional.empty());
            for (String model : List.of(linear.name(), MiniLmSample.NAME)) {
                for (ArenaLayout layout : ArenaLayout.values()) {
                    measure(place, model, layout);
                }
            }
        }
        System.out.printf(Locale.ROOT, "load average after: %s%n", Machine.load());
        return 0;
    }

    private void measure(Workplace place, String model, ArenaLayout layout) throws IOException {
        List<Map<String, Double>> first = new ArrayList<>();
        List<Map<String, Double>> cached = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            place.clearState();
            try (HolderProcess holder = HolderProcess.start(JavaRuntime.ofHolder(), place, layout);
                    HolderClient client = holder.client()) {
                first.add(LoadStages.of(client, model));
                client.unload(model, Optional.empty(), false);
                cached.add(LoadStages.of(client, model));
            }
        }
        print(model + ", " + layout.wireName() + ", first load", first);
        print(model + ", " + layout.wireName() + ", cached", cached);
    }

    private static void print(String what, List<Map<String, Double>> loads) {
        Map<String, Samples> stages = new LinkedHashMap<>();
        for (Map<String, Double> load : loads) {
            load.forEach((stage, millis) ->
                    stages.computeIfAbsent(stage, name -> new Samples()).add(millis));
        }
        System.out.printf(Locale.ROOT, "%n%s%n| stage | median ms | samples |%n|---|---|---|%n", what);
        stages.forEach((stage, samples) ->
                System.out.printf(Locale.ROOT, "| %s | %.0f | %s |%n", stage, samples.median(), samples.raw()));
    }
}
