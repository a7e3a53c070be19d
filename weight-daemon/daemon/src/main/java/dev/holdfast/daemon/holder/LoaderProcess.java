package dev.holdfast.daemon.holder;

import dev.holdfast.daemon.loader.DigestJob;
import dev.holdfast.daemon.loader.LoadJob;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * A running loader, or a child that digests: a JVM with the holder's class path, its job on standard input, its output in the holder's log.
 *
 * <p>Standard input stays open as long as the holder lives: its end tells the loader to give up. Closing kills the
 * process if it still runs and waits for its end, unless it was let go as the owner of what it has loaded.
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
    private volatile boolean letGo;

    private LoaderProcess(String role, Process process) {
        this.role = role;
        this.process = process;
        this.logReader = new Thread(this::readLog, role + "-" + process.pid() + "-log");
        logReader.setDaemon(true);
    }

    /** @throws IOException if no JVM can be started */
    static LoaderProcess start(Class<?> entry, LoadJob job, List<String> jvmOptions) throws IOException {
        return start("loader", entry, job.toJson(), jvmOptions);
    }

    /** @throws IOException if no JVM can be started */
    static LoaderProcess start(Class<?> entry, DigestJob job, List<String> jvmOptions) throws IOException {
        return start("digest", entry, job.toJson(), jvmOptions);
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

    /** Returns whether it ended or {@code other} was complete in that time. */
    boolean waitFor(CompletableFuture<?> other, Duration longest) throws InterruptedException {
        try {
            CompletableFuture.anyOf(process.onExit(), other).get(longest.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("nothing completes these exceptionally", e);
        }
    }

    /** Lets it go on when this is closed, and whatever becomes of the holder. */
    void letGo(Runnable whenEnded) {
        letGo = true;
        process.onExit()
                .thenRunAsync(() -> {
                    LOG.info("{} {} has ended with exit code {}", role, pid(), process.exitValue());
                    whenEnded.run();
                })
                .exceptionally(e -> {
                    // Such as a holder that has stopped meanwhile; while it runs, its sweep looks for the same.
                    LOG.debug("the end of {} {} could not be dealt with", role, pid(), e);
                    return null;
                });
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
        if (letGo) {
            return;
        }
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
