package dev.holdfast.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code holdfast daemon} in a JVM of its own; ready when constructed, killed when closed. */
final class DaemonProcess implements AutoCloseable {
    private final Path log;
    private final Process process;
    private final String ready;

    private DaemonProcess(Path log, Process process, String ready) {
        this.log = log;
        this.process = process;
        this.ready = ready;
    }

    /** @param directory holds {@code models}, {@code state}, {@code run/weights.sock} and {@code daemon.log} */
    static DaemonProcess start(Path directory, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "daemon",
                "--models",
                directory.resolve("models").toString(),
                "--state",
                directory.resolve("state").toString(),
                "--socket",
                socket(directory)));
        arguments.addAll(List.of(more));
        Path log = directory.resolve("daemon.log");
        Process process = new ProcessBuilder(CommandRun.commandLine(arguments.toArray(String[]::new)))
                .redirectError(log.toFile())
                .start();
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        String ready = out.readLine();
        if (ready == null) {
            process.destroyForcibly();
            throw new AssertionError("the holder did not start: " + Files.readString(log));
        }
        return new DaemonProcess(log, process, ready);
    }

    static String socket(Path directory) {
        return directory.resolve("run").resolve("weights.sock").toString();
    }

    String ready() {
        return ready;
    }

    long pid() {
        return process.pid();
    }

    String log() throws IOException {
        return Files.readString(log);
    }

    /** Sends SIGTERM and waits for the end. @return the exit code */
    int terminate() throws InterruptedException {
        process.destroy();
        assertThat(process.waitFor(30, TimeUnit.SECONDS))
                .as("ended after SIGTERM")
                .isTrue();
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
