package dev.holdfast.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Cycles of attaching and killing, their tally, and what must be as it was once they have settled. */
final class Churn {
    private static final long SETTLE_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final int LATEST_KILL_MILLIS = 1500;

    /** The target of the holder, in any state. */
    private static final double MOST_RESIDENT_MIB = 100;

    /** A descriptor or two come and go: the status request's own connection, and a class path entry read late. */
    private static final int DESCRIPTOR_LEEWAY = 3;

    private final ChurnHolder holder;
    private final List<String> worker;
    private final Random random;
    private final int restartsIn;
    private final long started = System.nanoTime();
    private final int firstDescriptors;
    private final AtomicInteger attached = new AtomicInteger();
    private final AtomicInteger early = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();

    /** What happens in one cycle; drawn by one thread, so that a seed gives the same order again. */
    private record Draw(boolean waits, int killMillis, boolean restart, boolean kill) {}

    Churn(ChurnHolder holder, Workplace place, String model, Random random, int restartsIn) throws IOException {
        this.holder = holder;
        JavaRuntime small = JavaRuntime.ofHolder().with("-Dholdfast.log.level=ERROR");
        this.worker = small.command(
                ChurnWorker.class.getName(), List.of(place.socket().toString(), model));
        this.random = random;
        this.restartsIn = restartsIn;
        this.firstDescriptors = holder.figures().descriptors();
    }

    /** Runs so many cycles, some at once, and returns when all workers are dead. */
    void run(int cycles, int atOnce) throws IOException, InterruptedException {
        ExecutorService pool = Executors.newFixedThreadPool(atOnce);
        try {
            List<Future<Void>> results = new ArrayList<>();
            for (int i = 0; i < cycles; i++) {
                Draw draw = draw();
                Callable<Void> cycle = () -> cycle(draw);
                results.add(pool.submit(cycle));
            }
            for (Future<Void> result : results) {
                result.get();
            }
        } catch (ExecutionException e) {
            throw new IOException("a cycle failed", e.getCause());
        } finally {
            pool.shutdownNow();
        }
    }

    private Draw draw() {
        return new Draw(
                random.nextBoolean(),
                random.nextInt(LATEST_KILL_MILLIS),
                random.nextInt(restartsIn) == 0,
                random.nextBoolean());
    }

    @SuppressWarnings("NullAway") // Callable<Void> returns null by contract.
    private Void cycle(Draw draw) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(worker).redirectError(Redirect.DISCARD).start();
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            boolean seen = draw.waits() && ChurnWorker.ATTACHED.equals(output.readLine());
            if (!draw.waits()) {
                process.waitFor(draw.killMillis(), TimeUnit.MILLISECONDS);
            }
            if (draw.restart()) {
                holder.restart(draw.kill());
            }
            kill(process);
            count(process, seen);
        } finally {
            process.destroyForcibly();
        }
        return null;
    }

    private static void kill(Process process) throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    private void count(Process process, boolean seen) {
        if (process.exitValue() == ChurnWorker.NO_LEASE) {
            refused.incrementAndGet();
        } else if (seen) {
            attached.incrementAndGet();
        } else {
            early.incrementAndGet();
        }
    }

    /**
     * Waits until the holder has counted every dead worker out, and prints where it is.
     *
     * @throws IllegalStateException if leases, descriptors or memory have grown
     */
    void settleAndPrint() throws IOException, InterruptedException {
        int leases = leasesOnceSettled();
        ProcessFigures figures = holder.figures();
        System.out.printf(
                Locale.ROOT,
                "| %d | %d | %d | %d | %d | %d | %d | %.1f | %.0f |%n",
                attached.get() + early.get() + refused.get(),
                attached.get(),
                early.get(),
                refused.get(),
                holder.restarts(),
                figures.descriptors(),
                leases,
                figures.residentMib(),
                (System.nanoTime() - started) / 1e9);
        require(leases == 1, leases + " leases are open, and all workers but one are dead");
        require(
                figures.descriptors() <= firstDescriptors + DESCRIPTOR_LEEWAY,
                figures.descriptors() + " descriptors are open, at first there were " + firstDescriptors);
        require(
                figures.residentMib() <= MOST_RESIDENT_MIB,
                figures.residentMib() + " MiB are resident, and at most " + MOST_RESIDENT_MIB + " should be");
    }

    private int leasesOnceSettled() throws InterruptedException {
        long deadline = System.nanoTime() + SETTLE_NANOS;
        int leases = leases();
        while (leases != 1 && System.nanoTime() < deadline) {
            Thread.sleep(20);
            leases = leases();
        }
        return leases;
    }

    private int leases() {
        return holder.status().models().stream()
                .flatMap(model -> model.versions().stream())
                .mapToInt(version -> version.leases().size())
                .sum();
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }
}
