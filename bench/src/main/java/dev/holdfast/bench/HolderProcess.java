package dev.holdfast.bench;

import dev.holdfast.daemon.cli.HoldfastCommand;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.protocol.HolderClient;
import dev.holdfast.protocol.HolderUnreachableException;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A holder in a process of its own. Closing it stops it cleanly. */
final class HolderProcess implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final long POLL_MILLIS = 1;

    private final Process process;
    private final Workplace place;
    private final double readyMillis;
    private final double processorMillis;

    private HolderProcess(Process process, Workplace place, long startedNanos) throws IOException {
        this.process = process;
        this.place = place;
        awaitAnswer(startedNanos + LIMIT.toNanos());
        this.readyMillis = (System.nanoTime() - startedNanos) / 1e6;
        this.processorMillis =
                process.info().totalCpuDuration().map(Duration::toNanos).orElse(0L) / 1e6;
    }

    /** Starts a holder of this class path and returns when it has shaken hands with a client. */
    static HolderProcess start(JavaRuntime java, Workplace place, ArenaLayout layout) throws IOException {
        return start(java.command(HoldfastCommand.class.getName(), arguments(place, layout)), place);
    }

    /** The same, for versions on {@code device}: as the command's {@code --device} takes it. */
    static HolderProcess start(JavaRuntime java, Workplace place, String device) throws IOException {
        List<String> arguments = new ArrayList<>(arguments(place, ArenaLayout.PACKED));
        arguments.addAll(List.of("--device", device));
        return start(java.command(HoldfastCommand.class.getName(), arguments), place);
    }

    /** The same with the holder of an installation. */
    static HolderProcess start(Path installation, Workplace place, ArenaLayout layout) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(installation.resolve("bin").resolve("holdfast").toString());
        command.addAll(arguments(place, layout));
        return start(command, place);
    }

    private static List<String> arguments(Workplace place, ArenaLayout layout) {
        return List.of(
                "daemon",
                "--models",
                place.models().toString(),
                "--state",
                place.state().toString(),
                "--socket",
                place.socket().toString(),
                "--layout",
                layout.wireName());
    }

    private static HolderProcess start(List<String> command, Workplace place) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(Redirect.appendTo(place.log().toFile()));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        long started = System.nanoTime();
        Process process = builder.start();
        try {
            return new HolderProcess(process, place, started);
        } catch (IOException | RuntimeException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private void awaitAnswer(long deadline) throws IOException {
        while (true) {
            try {
                client().close();
                return;
            } catch (HolderUnreachableException e) {
                if (!process.isAlive() || System.nanoTime() > deadline) {
                    throw new IOException("the holder does not answer; it wrote:\n" + Files.readString(place.log()), e);
                }
                pause();
            }
        }
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for a holder", e);
        }
    }

    /** From the start of its process to the first answer on its socket. */
    double readyMillis() {
        return readyMillis;
    }

    /** The processor time it took until then, which a busy machine changes less. */
    double processorMillis() {
        return processorMillis;
    }

    /** A new connection, which the caller closes. */
    HolderClient client() {
        return HolderClient.connect(place.socket(), LIMIT);
    }

    long pid() {
        return process.pid();
    }

    ProcessFigures figures() throws IOException {
        return ProcessFigures.of(process.pid());
    }

    /** SIGKILL. */
    void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /** SIGTERM; fails unless it ends cleanly. */
    @Override
    public void close() {
        boolean ran = process.isAlive();
        process.destroy();
        awaitEnd();
        if (ran && process.exitValue() != 0) {
            throw new IllegalStateException("the holder ended with exit code " + process.exitValue());
        }
    }

    private void awaitEnd() {
        try {
            if (process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
        throw new IllegalStateException("the holder did not end within " + LIMIT.toSeconds() + " s and was killed");
    }
}
