package dev.holdfast.bench;

import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.protocol.HolderClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench/run attach}: how long a worker takes from connecting until it has mapped a version. */
@Command(name = "attach", description = "Connect, lease, open and map, for arenas of several sizes in turn.")
final class AttachCommand implements Callable<Integer> {
    @Option(names = "--packed", split = ",", description = "Sizes in MiB, loaded; default ${DEFAULT-VALUE}.")
    private List<Long> packed = List.of(64L, 1024L);

    @Option(names = "--sealed", split = ",", description = "Sizes in MiB, loaded; default ${DEFAULT-VALUE}.")
    private List<Long> sealed = List.of(64L, 1024L, 5120L);

    @Option(
            names = "--sparse",
            split = ",",
            description = "Sizes in MiB of sparse packed files that are opened and"
                    + " mapped without a holder; default ${DEFAULT-VALUE}.")
    private List<Long> sparse = List.of(64L, 1024L, 5120L);

    @Option(names = "--warm-up", description = "Attachments before the measured ones; default ${DEFAULT-VALUE}.")
    private int warmUp = 1000;

    @Option(names = "--attachments", description = "Of each size; default ${DEFAULT-VALUE}.")
    private int attachments = 1000;

    @Option(names = "--directory", description = "Where models and state lie; default ${DEFAULT-VALUE}.")
    private Path directory = Path.of(System.getProperty("java.io.tmpdir"));

    @Override
    public Integer call() throws IOException {
        Machine.describe("attach --warm-up " + warmUp + " --attachments " + attachments);
        System.out.println(
                "| arena | first ms | lease ms | open ms | map ms | first byte ms | attach: min ms | median ms"
                        + " | 95 % ms |");
        System.out.println("|---|---|---|---|---|---|---|---|---|");
        measure(ArenaLayout.PACKED, packed);
        measure(ArenaLayout.SEALED, sealed);
        measureSparse();
        System.out.printf(Locale.ROOT, "load average after: %s%n", Machine.load());
        return 0;
    }

    private void measure(ArenaLayout layout, List<Long> sizes) throws IOException {
        try (Workplace place = Workplace.in(directory)) {
            try (HolderProcess holder = HolderProcess.start(JavaRuntime.ofHolder(), place, layout);
                    HolderClient client = holder.client()) {
                List<Attachments> all = new ArrayList<>();
                for (long mebibytes : sizes) {
                    LinearModel model = LinearModel.ofMebibytes(mebibytes);
                    model.writeTo(place.models());
                    client.load(model.name(), Optional.empty(), false);
                    all.add(Attachments.leased(layout.wireName() + ", " + mebibytes + " MiB", client, model.name()));
                }
                measure(all);
            }
        }
    }

    private void measureSparse() throws IOException {
        try (Workplace place = Workplace.in(directory)) {
            List<Attachments> all = new ArrayList<>();
            for (long mebibytes : sparse) {
                all.add(Attachments.sparse(place.root(), mebibytes));
            }
            measure(all);
        }
    }

    private void measure(List<Attachments> all) throws IOException {
        for (int i = 0; i < warmUp + attachments; i++) {
            for (Attachments attachment : all) {
                attachment.attach(i >= warmUp);
            }
        }
        all.forEach(Attachments::print);
    }
}
