package dev.holdfast.daemon.maven;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Lets the user's own Maven resolve an artifact, so that its settings (mirrors, credentials, offline) apply. A download that
 * differs from its published checksum fails.
 *
 * @param command Maven's launcher
 * @param dependencyPlugin version of {@code maven-dependency-plugin}
 */
public record MavenFetch(String command, String dependencyPlugin) {
    private static final long LONGEST_MINUTES = 30;
    private static final int TAIL_CHARS = 1000;

    /**
     * Copies an artifact into a directory; downloads it if need be.
     *
     * @param coordinates {@code group:artifact:version[:packaging[:classifier]]}
     * @throws ArtifactException if Maven is not there, fails, or takes over half an hour; the message has the command
     */
    public void copy(String coordinates, Path directory) throws IOException {
        List<String> line = List.of(
                command,
                "-q",
                "-B",
                "--strict-checksums",
                "org.apache.maven.plugins:maven-dependency-plugin:" + dependencyPlugin + ":copy",
                "-Dartifact=" + coordinates,
                "-DoutputDirectory=" + directory);
        Path log = Files.createTempFile("holdfast-maven-", ".log");
        try {
            run(coordinates, line, log);
        } finally {
            Files.delete(log);
        }
    }

    private static void run(String coordinates, List<String> line, Path log) throws IOException {
        Process process = start(coordinates, line, log);
        try {
            if (!process.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES)) {
                throw failed(coordinates, line, "took longer than " + LONGEST_MINUTES + " minutes");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw failed(coordinates, line, "was interrupted");
        } finally {
            process.destroyForcibly();
        }
        if (process.exitValue() != 0) {
            throw failed(coordinates, line, "ended with status " + process.exitValue() + ": " + tail(log));
        }
    }

    private static Process start(String coordinates, List<String> line, Path log) {
        try {
            return new ProcessBuilder(line)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
        } catch (IOException notThere) {
            throw new ArtifactException(
                    coordinates + " is not on this machine and Maven can't be started to fetch it ("
                            + notThere.getMessage()
                            + "); install Maven, or elsewhere run: " + String.join(" ", line)
                            + " and give the jar with --jar",
                    notThere);
        }
    }

    private static ArtifactException failed(String coordinates, List<String> line, String how) {
        return new ArtifactException("Maven could not fetch " + coordinates + ": " + String.join(" ", line) + " " + how
                + "; correct Maven's settings, or give the jar with --jar");
    }

    private static String tail(Path log) throws IOException {
        String text = new String(Files.readAllBytes(log), Charset.defaultCharset()).strip();
        return text.substring(Math.max(0, text.length() - TAIL_CHARS));
    }
}
