package dev.holdfast.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Independent JVMs on one port, each with its own copy of the model: {@link PlainServer}. This process starts another
 * for the one it kills.
 */
final class PlainFleet implements Fleet {
    private static final int LIMIT_SECONDS = 60;

    private final JavaRuntime java;
    private final List<String> arguments;
    private final Path log;
    private final List<Process> processes = new ArrayList<>();
    private int port;

    private PlainFleet(JavaRuntime java, List<String> arguments, Path log) {
        this.java = java;
        this.arguments = arguments;
        this.log = log;
    }

    /**
     * Returns when all serve.
     *
     * @param file the model's
     * @param threads that share one operator's work
     * @param log gets what they say
     */
    static PlainFleet start(JavaRuntime java, int count, String model, Path file, int threads, Path log)
            throws IOException {
        PlainFleet fleet = new PlainFleet(java, List.of(model, file.toString(), Integer.toString(threads)), log);
        try {
            for (int i = 0; i < count; i++) {
                fleet.startOne();
            }
            return fleet;
        } catch (IOException | RuntimeException e) {
            fleet.close();
            throw e;
        }
    }

    /** The first chooses the port. */
    private void startOne() throws IOException {
        List<String> all = new ArrayList<>(List.of(Integer.toString(port)));
        all.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(java.command(PlainServer.class.getName(), all))
                .redirectError(Redirect.appendTo(log.toFile()));
        // It would otherwise report to its maker; see decision 8.
        builder.environment().put("ORT_DISABLE_TELEMETRY", "1");
        Process process = builder.start();
        processes.add(process);
        port = readPort(process);
    }

    /** A server that says nothing in time is killed, which ends the reading. */
    private int readPort(Process process) throws IOException {
        StringJoiner said = new StringJoiner("\n");
        ExecutorService watch = Executors.newSingleThreadExecutor();
        try {
            watch.execute(() -> killUnlessInterrupted(process));
            BufferedReader lines = process.inputReader();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(PlainServer.READY)) {
                    return Integer.parseInt(line.substring(PlainServer.READY.length()));
                }
                said.add(line);
            }
        } finally {
            watch.shutdownNow();
        }
        awaitEnd(process);
        throw new IOException("a plain server ended with exit code " + process.exitValue() + ", or was killed after "
                + LIMIT_SECONDS + " s; it wrote:\n" + said + Files.readString(log));
    }

    private static void killUnlessInterrupted(Process process) {
        try {
            TimeUnit.SECONDS.sleep(LIMIT_SECONDS);
            process.destroyForcibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String name() {
        return "plain";
    }

    @Override
    public URI url() {
        return URI.create("http://127.0.0.1:" + port + Fleet.inferencePath(arguments.get(0)));
    }

    @Override
    public List<Long> pids() {
        return processes.stream().map(Process::pid).toList();
    }

    @Override
    public double replaceMillis() throws IOException {
        Process victim = processes.remove(0);
        long killed = System.nanoTime();
        victim.destroyForcibly();
        awaitEnd(victim);
        startOne();
        return (System.nanoTime() - killed) / 1e6;
    }

    private static void awaitEnd(Process process) {
        try {
            if (process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new IllegalStateException("process " + process.pid() + " outlives SIGKILL");
    }

    @Override
    public void close() {
        processes.forEach(Process::destroyForcibly);
        processes.forEach(PlainFleet::awaitEnd);
    }
}
