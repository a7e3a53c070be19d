package dev.holdfast.arbiter;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Workers out of a {@code JETTY_BASE}: what {@code start.jar --dry-run} prints, with the module {@code holdfast-worker}, is run
 * once for each. {@code start.jar} itself would put a pipe in the place of standard input.
 */
final class JettyBaseWorkers implements WorkerLauncher {
    private static final long DRY_RUN_SECONDS = 120;

    private final Path base;
    private final String commandLine;

    private JettyBaseWorkers(Path base, String commandLine) {
        this.base = base;
        this.commandLine = commandLine;
    }

    /**
     * Asks {@code start.jar} for the command line.
     *
     * @throws IOException if it fails; says what it wrote
     */
    static JettyBaseWorkers of(Path home, Path base, Installation installation, JavaCommand java)
            throws IOException, InterruptedException {
        Path start = home.resolve("start.jar");
        if (!Files.isRegularFile(start)) {
            throw new IOException("there is no " + start + "; give --jetty-home, or set JETTY_HOME, to a Jetty 12.1");
        }
        List<String> command = new ArrayList<>(List.of(
                JavaCommand.binary(),
                "-jar",
                start.toString(),
                "jetty.base=" + base,
                "--include-jetty-dir=" + installation.jettyDirectory(),
                "--module=holdfast-worker",
                "--dry-run"));
        // exec-less JVM options would be lost: start.jar only prints those of the modules.
        return new JettyBaseWorkers(base, withOptions(run(base, command), java.allOptions()));
    }

    private static String run(Path base, List<String> command) throws IOException, InterruptedException {
        Path errors = Files.createTempFile("holdfast-dry-run", ".log");
        try {
            Process process = new ProcessBuilder(command)
                    .directory(base.toFile())
                    .redirectError(errors.toFile())
                    .start();
            process.getOutputStream().close();
            String line = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            boolean ended = process.waitFor(DRY_RUN_SECONDS, TimeUnit.SECONDS);
            process.destroyForcibly().waitFor();
            if (!ended || process.exitValue() != 0 || line.isEmpty()) {
                throw new IOException("`" + String.join(" ", command) + "` failed; it wrote: "
                        + Files.readString(errors).strip() + " " + line);
            }
            return line;
        } finally {
            Files.delete(errors);
        }
    }

    /** The JVM's options go behind its path, which is the first word, quoted where the shell needs it. */
    private static String withOptions(String line, List<String> options) {
        StringBuilder more = new StringBuilder();
        options.forEach(
                option -> more.append(" '").append(option.replace("'", "'\\''")).append('\''));
        int end = endOfFirstWord(line);
        return line.substring(0, end) + more + line.substring(end);
    }

    private static int endOfFirstWord(String line) {
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '\'') {
                quoted = !quoted;
            } else if (c == ' ' && !quoted) {
                return i;
            }
        }
        return line.length();
    }

    @Override
    public ProcessBuilder worker(int number) {
        return new ProcessBuilder("sh", "-c", "exec " + commandLine).directory(base.toFile());
    }
}
