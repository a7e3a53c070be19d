package dev.holdfast.arbiter;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A worker's process: the listening socket on its standard input, its output in the arbiter's log. Any thread. */
final class WorkerProcess {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerProcess.class);
    private static final int REMEMBERED_LINES = 20;

    private final int number;
    private final Process process;
    private final Thread logReader;
    private final Deque<String> lastLines = new ArrayDeque<>();

    private WorkerProcess(int number, Process process) {
        this.number = number;
        this.process = process;
        this.logReader = new Thread(this::readLog, "worker-" + number + "-log");
        logReader.setDaemon(true);
    }

    /** @throws IOException if the process can't be started */
    static WorkerProcess start(int number, ProcessBuilder builder) throws IOException {
        Process process = builder.redirectInput(ProcessBuilder.Redirect.INHERIT)
                .redirectErrorStream(true)
                .start();
        WorkerProcess worker = new WorkerProcess(number, process);
        worker.logReader.start();
        return worker;
    }

    long pid() {
        return process.pid();
    }

    void kill() {
        process.destroyForcibly();
    }

    /**
     * Has something run once it has ended.
     *
     * @param reaction takes its exit code: 128 + the signal's number if a signal ended it
     */
    void onExit(IntConsumer reaction) {
        // Nothing that it runs throws.
        CompletableFuture<Void> unused = process.onExit().thenAccept(ended -> reaction.accept(ended.exitValue()));
    }

    /** What it wrote last; empty if nothing. */
    String lastWords() {
        try {
            logReader.join(TimeUnit.SECONDS.toMillis(1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        synchronized (lastLines) {
            return String.join(" | ", lastLines);
        }
    }

    private void readLog() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                LOG.info("worker={} pid={} {}", number, pid(), line);
                remember(line);
            }
        } catch (IOException e) {
            // The pipe of a killed child breaks; its exit code says the rest.
            LOG.debug("output of worker {} ended", pid(), e);
        }
    }

    private void remember(String line) {
        synchronized (lastLines) {
            lastLines.addLast(line);
            if (lastLines.size() > REMEMBERED_LINES) {
                lastLines.removeFirst();
            }
        }
    }
}
