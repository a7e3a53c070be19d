package dev.holdfast.bench;

import dev.holdfast.memory.ArenaLayout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code bench/run churn}: workers that attach and are killed with SIGKILL, before, while and after they attach, while
 * the holder is now and then stopped or killed and started again. Exits with 1 if anything is left behind.
 */
@Command(name = "churn", description = "Soak: attach and kill -9, with restarts of the holder in between.")
final class ChurnCommand implements Callable<Integer> {
    @Option(names = "--cycles", description = "Workers in all; default ${DEFAULT-VALUE}.")
    private int cycles = 10_000;

    @Option(names = "--report", description = "Check and print every so many cycles; default ${DEFAULT-VALUE}.")
    private int every = 500;

    @Option(
            names = "--restarts-in",
            description = "The holder restarts once in about so many; default" + " ${DEFAULT-VALUE}.")
    private int restartsIn = 50;

    @Option(names = "--layout", description = "packed or sealed; default ${DEFAULT-VALUE}.")
    private ArenaLayout layout = ArenaLayout.PACKED;

    @Option(names = "--at-once", description = "Workers at a time; default ${DEFAULT-VALUE}.")
    private int atOnce = 4;

    @Option(names = "--mebibytes", description = "Size of the version; default ${DEFAULT-VALUE}.")
    private long mebibytes = 64;

    @Option(names = "--seed", description = "Of the order of events; default random.")
    private long seed = new Random().nextLong();

    @Option(names = "--directory", description = "Where model and state lie; default ${DEFAULT-VALUE}.")
    private Path directory = Path.of(System.getProperty("java.io.tmpdir"));

    @Override
    public Integer call() throws IOException, InterruptedException {
        Machine.describe(String.format(
                Locale.ROOT,
                "churn --cycles %d --restarts-in %d --layout %s --at-once %d --mebibytes %d --seed %d",
                cycles,
                restartsIn,
                layout.wireName(),
                atOnce,
                mebibytes,
                seed));
        LinearModel model = LinearModel.ofMebibytes(mebibytes);
        try (Workplace place = Workplace.in(directory)) {
            model.writeTo(place.models());
            try (ChurnHolder holder = ChurnHolder.start(place, layout, model.name())) {
                Churn churn = new Churn(holder, place, model.name(), new Random(seed), restartsIn);
                System.out.println("| cycles | killed attached | killed before | no lease | restarts | descriptors"
                        + " | leases | resident MiB | s |");
                System.out.println("|---|---|---|---|---|---|---|---|---|");
                for (int done = 0; done < cycles; done += every) {
                    churn.run(Math.min(every, cycles - done), atOnce);
                    churn.settleAndPrint();
                }
            }
        }
        System.out.printf(Locale.ROOT, "nothing was left behind; load average after: %s%n", Machine.load());
        return 0;
    }
}
