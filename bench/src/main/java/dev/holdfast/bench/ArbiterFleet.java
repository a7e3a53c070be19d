package dev.holdfast.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code holdfast serve} of an installation with its workers, and the holder that their weights come from. */
final class ArbiterFleet implements Fleet {
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long POLL_MILLIS = 5;
    private static final Pattern READY = Pattern.compile("ready: arbiter pid \\d+ serves (\\S+) .*");

    private final Process arbiter;
    private final HolderProcess holder;
    private final Path control;
    private final Path log;
    private final String model;
    private URI base = URI.create("");

    private ArbiterFleet(Process arbiter, HolderProcess holder, Workplace place, String model) {
        this.arbiter = arbiter;
        this.holder = holder;
        this.control = control(place);
        this.log = log(place);
        this.model = model;
    }

    /**
     * Returns when all workers serve.
     *
     * @param installation its root, with {@code bin/holdfast}
     * @param holder at the place's socket, with the model loaded; stays the caller's
     * @param options of the workers' JVMs
     */
    static ArbiterFleet start(
            Path installation, Workplace place, HolderProcess holder, int workers, String model, List<String> options)
            throws IOException {
        ArbiterFleet fleet =
                new ArbiterFleet(launch(installation, place, workers, model, options), holder, place, model);
        try {
            fleet.base = fleet.readUrl();
            fleet.awaitReady(Set.of(), workers);
            return fleet;
        } catch (IOException | RuntimeException e) {
            fleet.arbiter.destroy();
            throw e;
        }
    }

    private static Process launch(Path installation, Workplace place, int workers, String model, List<String> options)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                installation.resolve("bin").resolve("holdfast").toString(),
                "serve",
                "--workers=" + workers,
                "--port=0",
                "--bind=127.0.0.1",
                "--socket=" + place.socket(),
                "--control=" + control(place),
                "--worker-option=-Dholdfast.models=" + model));
        options.forEach(option -> command.add("--worker-option=" + option));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectError(Redirect.appendTo(log(place).toFile()));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        // Where it keeps its class-data archive.
        builder.environment()
                .put("XDG_CACHE_HOME", place.root().resolve("cache").toString());
        return builder.start();
    }

    private static Path control(Workplace place) {
        return place.root().resolve("control").resolve("control.sock");
    }

    private static Path log(Workplace place) {
        return place.root().resolve("serve.log");
    }

    /** Its one line, which comes when the first worker serves; it ends by itself if none does. */
    private URI readUrl() throws IOException {
        BufferedReader lines = arbiter.inputReader();
        String line = lines.readLine();
        Matcher ready = READY.matcher(String.valueOf(line));
        if (!ready.matches()) {
            throw new IOException("the arbiter does not serve; it wrote:\n" + Files.readString(log));
        }
        return URI.create(ready.group(1));
    }

    /** Waits for so many ready workers that are none of these. */
    private void awaitReady(Set<Long> others, int count) throws IOException {
        long end = System.nanoTime() + LIMIT_NANOS;
        while (ArbiterStatus.ask(control).readyWorkers().stream()
                        .filter(pid -> !others.contains(pid))
                        .count()
                < count) {
            if (System.nanoTime() > end) {
                throw new IOException("workers are not ready in time; the arbiter wrote:\n" + Files.readString(log));
            }
            pause();
        }
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for workers", e);
        }
    }

    @Override
    public String name() {
        return "Holdfast";
    }

    @Override
    public URI url() {
        return base.resolve(Fleet.inferencePath(model));
    }

    /** Holder and arbiter first, then the workers. */
    @Override
    public List<Long> pids() throws IOException {
        List<Long> all = new ArrayList<>(List.of(holder.pid(), arbiter.pid()));
        all.addAll(ArbiterStatus.ask(control).readyWorkers());
        return all;
    }

    @Override
    public double replaceMillis() throws IOException {
        Set<Long> before = Set.copyOf(ArbiterStatus.ask(control).readyWorkers());
        long victim = before.iterator().next();
        long killed = System.nanoTime();
        if (!ProcessHandle.of(victim).map(ProcessHandle::destroyForcibly).orElse(false)) {
            throw new IOException("worker " + victim + " can't be killed");
        }
        awaitReady(before, 1);
        return (System.nanoTime() - killed) / 1e6;
    }

    /** SIGTERM; fails unless it and its workers end cleanly. */
    @Override
    public void close() {
        arbiter.destroy();
        try {
            if (arbiter.waitFor(LIMIT_NANOS, TimeUnit.NANOSECONDS) && arbiter.exitValue() == 0) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        arbiter.destroyForcibly();
        throw new IllegalStateException("the arbiter did not end cleanly");
    }
}
