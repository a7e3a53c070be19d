package dev.holdfast.daemon.holder;

import dev.holdfast.daemon.loader.DigestJob;
import dev.holdfast.daemon.loader.DigestMain;
import dev.holdfast.daemon.loader.LoadJob;
import dev.holdfast.daemon.loader.LoaderMain;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * A running loader, or a child that digests: a JVM with the holder's class path, its job on standard input, its output in the holder's log.
 *
 * <p>Standard input stays open as long as the holder lives: its end tells the loader to give up. Closing kills the
 * process if it still runs and waits for its end.
 */
final class LoaderProcess implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LoaderProcess.class);

    private static final int REMEMBERED_LINES = 20;

    /** A line of a child's log that tells more than how it goes: a time, then its level. */
    private static final Pattern WARNING = Pattern.compile("\\S+ (WARN|ERROR) ");

    private final String role;
    private final Process process;
    private final Thread logReader;
    private final Deque<String> lastLines = new ArrayDeque<>();

    private LoaderProcess(String role, Process process) {
        this.role = role;
        this.process = process;
        this.logReader = new Thread(this::readLog, role + "-" + process.pid() + "-log");
        logReader.setDaemon(true);
    }

    /** @throws IOException if no JVM can be started */
    static LoaderProcess start(LoadJob job, List<String> jvmOptions) throws IOException {
        return start("loader", LoaderMain.class, job.toJson(), jvmOptions);
    }

    /** @throws IOException if no JVM can be started */
    static LoaderProcess start(DigestJob job, List<String> jvmOptions) throws IOException {
        return start("digest", DigestMain.class, job.toJson(), jvmOptions);
    }

    private static LoaderProcess start(String role, Class<?> entry, String job, List<String> jvmOptions)
            throws IOException {
        LoaderProcess child = new LoaderProcess(
                role,
                new ProcessBuilder(ChildCommand.of(entry, jvmOptions))
                        .redirectErrorStream(true)
                        .start());
        child.logReader.start();
        child.give((job + "\n").getBytes(StandardCharsets.UTF_8));
        return child;
    }

    private void give(byte[] job) {
        try {
            process.getOutputStream().write(job);
            process.getOutputStream().flush();
        } catch (IOException e) {
            // It ended before it took its job; its exit code and output say more than the broken pipe.
            LOG.warn("{} {} did not take its job: {}", role, pid(), e.toString());
            process.destroyForcibly();
        }
    }

    long pid() {
        return process.pid();
    }

    /** Returns whether it ended in that time */
    boolean waitFor(Duration longest) throws InterruptedException {
        return process.waitFor(longest.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** How it ended, for messages: its exit code and the last lines it wrote. */
    String epitaph() throws InterruptedException {
        logReader.join(TimeUnit.SECONDS.toMillis(2));
        synchronized (lastLines) {
            return "the " + role + " (pid " + pid() + ") ended with exit code " + process.exitValue()
                    + (lastLines.isEmpty() ? "" : "; it last wrote: " + String.join(" | ", lastLines));
        }
    }

    private void readLog() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                LOG.atLevel(WARNING.matcher(line).lookingAt() ? Level.WARN : Level.INFO)
                        .log("{} {}: {}", role, pid(), line);
                remember(line);
            }
        } catch (IOException e) {
            // The pipe of a killed child breaks; its exit code says the rest.
            LOG.debug("output of {} {} ended", role, pid(), e);
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

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            // Killed all the same; only its end is not awaited.
            Thread.currentThread().interrupt();
        }
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            LOG.debug("standard input of {} {} was closed already", role, pid(), e);
        }
    }
}
