package dev.holdfast.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A {@code holdfast} command in a JVM of its own, with the tests' class path.
 *
 * @param code how it ended
 * @param out what it wrote on standard output
 * @param err what it wrote on standard error
 */
record CommandRun(int code, String out, String err) {
    private static final long LONGEST_SECONDS = 60;

    /** The command line that starts {@code holdfast} with these arguments. */
    static List<String> commandLine(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                HoldfastCommand.class.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    static CommandRun of(Path directory, String... arguments) throws IOException, InterruptedException {
        return of(directory, commandLine(arguments));
    }

    /** Runs a command to its end, its output in files of {@code directory}. */
    static CommandRun of(Path directory, List<String> command) throws IOException, InterruptedException {
        Path out = Files.createTempFile(directory, "out", ".txt");
        Path err = Files.createTempFile(directory, "err", ".txt");
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        process.getOutputStream().close();
        boolean ended = process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS);
        process.destroyForcibly().waitFor();
        assertThat(ended)
                .as("%s ended by itself: %s", command, Files.readString(err))
                .isTrue();
        return new CommandRun(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    /** Checks that it did what it should. */
    CommandRun succeeded() {
        assertThat(code).as("exit code; it wrote %s %s", out, err).isZero();
        return this;
    }

    /** Checks that it failed with this code and one sentence on standard error that contains {@code words}. */
    void failedWith(int expected, String... words) {
        assertThat(code).as("exit code; it wrote %s %s", out, err).isEqualTo(expected);
        assertThat(err.lines()).as("lines on standard error").hasSize(1);
        assertThat(err).startsWith("holdfast: ").contains(words);
    }
}
