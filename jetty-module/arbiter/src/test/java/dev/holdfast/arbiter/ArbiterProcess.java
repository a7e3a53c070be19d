package dev.holdfast.arbiter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.arbiter.ArbiterStatus.WorkerStatus;
import dev.holdfast.control.Action;
import dev.holdfast.daemon.cli.HoldfastCommand;
import dev.holdfast.engine.TestHolder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** {@code holdfast serve} in a JVM of its own; ready when constructed; it and its workers are killed when closed. */
final class ArbiterProcess implements AutoCloseable {
    private final Path directory;
    private final Process process;
    private final URI uri;
    private final List<ProcessHandle> seen = new ArrayList<>();

    private ArbiterProcess(Path directory, Process process, URI uri) {
        this.directory = directory;
        this.process = process;
        this.uri = uri;
    }

    /**
     * On a free port of 127.0.0.1.
     *
     * @param directory gets {@code control/control.sock} and {@code serve.log}, and has the holder's {@code weights.sock}
     */
    static ArbiterProcess start(Path directory, String... more) throws IOException {
        List<String> arguments = arguments(directory, more);
        arguments.add("--port=0");
        Process process = launch(directory, arguments);
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        String ready = out.readLine();
        if (ready == null) {
            throw new AssertionError("the arbiter did not start: " + Files.readString(log(directory)));
        }
        assertThat(ready).startsWith("ready: arbiter pid " + process.pid() + " serves http://127.0.0.1:");
        return new ArbiterProcess(directory, process, URI.create(ready.replaceFirst(".* serves (\\S+) .*", "$1")));
    }

    /** {@code serve} with these options after those of every test. */
    static List<String> arguments(Path directory, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "serve",
                "--bind=127.0.0.1",
                "--control=" + control(directory),
                "--socket=" + directory.resolve("weights.sock"),
                "--worker-option=-Xmx128m",
                "--worker-option=-XX:+UseSerialGC",
                "--worker-option=-XX:TieredStopAtLevel=1"));
        arguments.addAll(List.of(more));
        return arguments;
    }

    /** Runs {@code holdfast} with standard error in {@code serve.log}. */
    static Process launch(Path directory, List<String> arguments) throws IOException {
        return launch(directory, TestInstallation.home(), arguments);
    }

    /** The same with another place for caches. */
    static Process launch(Path directory, Path cacheHome, List<String> arguments) throws IOException {
        // A JVM leaves HUP, INT and TERM ignored if they were when it started, as under nohup and in a script's
        // background.
        List<String> command = new ArrayList<>(List.of(
                "env",
                "--default-signal",
                JavaCommand.binary(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx64m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                TestInstallation.home().resolve("lib") + "/*",
                HoldfastCommand.class.getName()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(log(directory).toFile()));
        builder.environment().put("XDG_CACHE_HOME", cacheHome.toString());
        builder.environment().remove("JETTY_HOME");
        return builder.start();
    }

    static Path control(Path directory) {
        return directory.resolve("control").resolve("control.sock");
    }

    static Path log(Path directory) {
        return directory.resolve("serve.log");
    }

    String log() {
        try {
            return Files.readString(log(directory));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long pid() {
        return process.pid();
    }

    URI uri() {
        return uri;
    }

    Process process() {
        return process;
    }

    List<WorkerStatus> workers() {
        ArbiterStatus status = StatusJson.read(
                ArbiterQuestion.ask(control(directory), Action.STATUS).text());
        status.workers().forEach(worker -> ProcessHandle.of(worker.pid())
                .filter(handle -> !seen.contains(handle))
                .ifPresent(seen::add));
        return status.workers();
    }

    Set<Long> livePids() {
        return workers().stream()
                .filter(worker -> worker.state().equals("live"))
                .map(WorkerStatus::pid)
                .collect(Collectors.toSet());
    }

    /** Waits until exactly so many workers run and all of them serve. @return their pids */
    Set<Long> awaitLive(int count) throws InterruptedException {
        TestHolder.await(() -> livePids().size() == count && workers().size() == count, count + " live workers");
        return livePids();
    }

    /** Waits until exactly so many workers run and serve their models. */
    void awaitReady(int count) throws InterruptedException {
        TestHolder.await(
                () -> workers().size() == count && workers().stream().allMatch(WorkerStatus::ready),
                count + " ready workers");
    }

    /** Sends a signal, by name without SIG. */
    void signal(String name) {
        signal(name, pid());
    }

    static void signal(String name, long pid) {
        try {
            int code = new ProcessBuilder("kill", "-" + name, Long.toString(pid))
                    .inheritIO()
                    .start()
                    .waitFor();
            assertThat(code).as("kill -%s %d", name, pid).isZero();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Waits for its end. @return the exit code */
    int awaitExit() throws InterruptedException {
        assertThat(process.waitFor(60, TimeUnit.SECONDS))
                .as("the arbiter ended")
                .isTrue();
        return process.exitValue();
    }

    @Override
    public void close() {
        List<ProcessHandle> children = process.children().toList();
        process.destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
        seen.forEach(ProcessHandle::destroyForcibly);
    }
}
