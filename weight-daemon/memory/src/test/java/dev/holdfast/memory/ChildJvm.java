package dev.holdfast.memory;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A second JVM with this one's class path, running a main class that answers in lines on its standard output.
 *
 * <p>Closing kills it (-9) and waits until it is gone. Its standard error is this process's.
 */
public final class ChildJvm implements AutoCloseable {
    private static final long DEADLINE_SECONDS = 180;
    private static final String END = "\0end of output";

    private final Process process;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    private ChildJvm(Process process) {
        this.process = process;
        Thread reader = new Thread(this::readLines, "child-output-" + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts the class's main method. */
    public static ChildJvm start(Class<?> main, String... arguments) throws IOException {
        return startUnder(List.of(), main, arguments);
    }

    /** Starts the class's main method under a command such as {@code setpriv}, whose arguments come first. */
    public static ChildJvm startUnder(List<String> prefix, Class<?> main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx64m", "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED"));
        System.getProperties().stringPropertyNames().stream()
                .filter(name -> name.startsWith("holdfast."))
                .forEach(name -> command.add("-D" + name + "=" + System.getProperty(name)));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        return new ChildJvm(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    private void readLines() {
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            output.lines().forEach(lines::add);
        } catch (IOException | java.io.UncheckedIOException e) {
            lines.add("output lost: " + e.getMessage());
        }
        lines.add(END);
    }

    /** The next line; fails if the child ends or is silent for three minutes, as none is however busy the machine. */
    public String readLine() throws InterruptedException {
        String line = lines.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
        if (line == null || line.equals(END)) {
            throw new AssertionError("the child JVM " + (line == null ? "is silent" : "ended without an answer"));
        }
        return line;
    }

    /** The child's process id. */
    public long pid() {
        return process.pid();
    }

    /** Kills it (-9) and waits until it is gone. */
    @Override
    public void close() {
        process.destroyForcibly();
        boolean interrupted = false;
        boolean gone = false;
        while (!gone) {
            try {
                gone = process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
