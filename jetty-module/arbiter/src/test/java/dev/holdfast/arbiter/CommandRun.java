package dev.holdfast.arbiter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A {@code holdfast} command that has ended.
 *
 * @param code how it ended
 * @param out what it wrote on standard output
 * @param err what it wrote on standard error
 */
record CommandRun(int code, String out, String err) {
    private static final long LONGEST_SECONDS = 120;

    static CommandRun holdfast(Path directory, String... arguments) throws IOException, InterruptedException {
        Path own = Files.createTempDirectory(directory, "run");
        Process process = ArbiterProcess.launch(own, List.of(arguments));
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        boolean ended = process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS);
        process.destroyForcibly().waitFor();
        String err = Files.readString(ArbiterProcess.log(own));
        assertThat(ended).as("%s ended by itself: %s", List.of(arguments), err).isTrue();
        return new CommandRun(process.exitValue(), out, err);
    }

    /** Checks that it failed with this code and one sentence that contains {@code words}. */
    void failedWith(int expected, String... words) {
        assertThat(code).as("exit code; it wrote %s %s", out, err).isEqualTo(expected);
        assertThat(err.lines().filter(line -> line.startsWith("holdfast: "))).hasSize(1);
        assertThat(err).contains(words);
    }
}
