package dev.holdfast.jetty;

import dev.holdfast.engine.TestHolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A {@code start.jar} under test, with all that it prints in one file; killed, with its children, when closed. */
final class JettyProcess implements AutoCloseable {
    /** As in {@code Started oejs.ServerConnector@7f{HTTP/1.1, (http/1.1, h2c)}{127.0.0.1:4711}}. */
    private static final Pattern STARTED =
            Pattern.compile("Started \\S*ServerConnector@\\w+\\{(\\S+), \\([^)]*\\)\\}\\{[^:]+:(\\d+)\\}");

    private final Process process;
    private final Path log;

    private JettyProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    static JettyProcess start(List<String> command, Map<String, String> environment, Path log) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        return new JettyProcess(process, log);
    }

    String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException("no log", e);
        }
    }

    /** The port of the connector whose protocol that is, once it is open. */
    int port(String protocol) throws InterruptedException {
        TestHolder.await(() -> !process.isAlive() || find(protocol) > 0, "an open port: " + log());
        int port = find(protocol);
        if (port == 0) {
            throw new AssertionError("ended with " + process.exitValue() + ": " + log());
        }
        return port;
    }

    private int find(String protocol) {
        Matcher started = STARTED.matcher(log());
        while (started.find()) {
            if (started.group(1).equals(protocol)) {
                return Integer.parseInt(started.group(2));
            }
        }
        return 0;
    }

    /** Whether any port was opened. */
    boolean opened() {
        return STARTED.matcher(log()).find();
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    /** Waits for the end. @return the exit code */
    int waitFor() throws InterruptedException {
        if (!process.waitFor(TestHolder.LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("did not end: " + log());
        }
        return process.exitValue();
    }

    /** Sends SIGTERM. */
    void terminate() {
        process.destroy();
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().onExit().join();
    }
}
