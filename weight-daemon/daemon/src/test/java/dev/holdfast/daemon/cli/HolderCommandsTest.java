package dev.holdfast.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.daemon.sample.LinearSample;
import dev.holdfast.protocol.MessageCodec;
import dev.holdfast.protocol.StatusReport;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every command that speaks to a holder, through the real command and one real holder. */
@Tag("core")
class HolderCommandsTest {
    @TempDir
    private static Path directory;

    private static DaemonProcess daemon;

    @BeforeAll
    static void startHolder() throws IOException {
        Path models = directory.resolve("models");
        new LinearSample("plain", 32, 16, false).writeTo(models);
        new LinearSample("other", 32, 16, true).writeTo(models);
        new LinearSample("pair", 32, 16, false).writeTo(models);
        copy(models.resolve("pair/1"), models.resolve("pair/2"));
        Files.writeString(models.resolve("pair/config.pbtxt"), "name: \"pair\"\nversion_policy { all { } }\n");
        Files.createDirectories(models.resolve("broken/1"));
        Files.writeString(models.resolve("broken/1/model.onnx"), "not a model");
        daemon = DaemonProcess.start(directory, "--load", "plain:1");
        holdfast("lease", "plain", "--wait", "60s").succeeded();
    }

    @AfterAll
    static void stopHolder() {
        daemon.close();
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            files.forEach(file -> {
                try {
                    Files.copy(file, to.resolve(from.relativize(file)));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    private static CommandRun holdfast(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--socket", DaemonProcess.socket(directory)));
        try {
            return CommandRun.of(directory, all.toArray(String[]::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Test
    void statusShowsHolderVersionsAndWhoLeasesThem() throws Exception {
        List<String> command = CommandRun.commandLine("lease", "plain:1", "--socket", DaemonProcess.socket(directory));
        Process reader = new ProcessBuilder(command).start();
        try (BufferedReader said = reader.inputReader(StandardCharsets.UTF_8)) {
            assertThat(said.readLine()).startsWith("leased plain:1, ");

            String status = holdfast("status").succeeded().out();

            assertThat(status).contains("holder    pid " + daemon.pid(), "resident memory", "budget unlimited");
            assertThat(status)
                    .containsPattern("plain +1 +published +\\* +packed +file +cpu +\\S+ \\S+ +[0-9a-f]{12} +1\\b");
            assertThat(status).containsPattern("plain +1 +" + reader.pid() + " +\\d+ +\\d+s +/\\S+");
            assertThat(status).contains("holder.versions.loaded");
        } finally {
            reader.destroyForcibly().waitFor();
        }
    }

    @Test
    void statusAsJsonIsTheReportOfTheProtocol() {
        CommandRun run = holdfast("status", "--json").succeeded();

        assertThat(run.out().lines()).hasSize(1);
        assertThat(MessageCodec.read(run.out().strip().getBytes(StandardCharsets.UTF_8)))
                .isInstanceOfSatisfying(
                        StatusReport.class, report -> assertThat(report.pid()).isEqualTo(daemon.pid()));
    }

    @Test
    void listHasALineForEachVersion() {
        assertThat(holdfast("list").succeeded().out().lines()).contains("plain:1 published active");
    }

    @Test
    void loadSaysOnceWhatStageItIsIn() {
        CommandRun run = holdfast("load", "other").succeeded();

        assertThat(run.out()).contains("version 1 of model 'other' is published");
        assertThat(run.err().lines())
                .contains("other:1 checking", "other:1 optimising")
                .doesNotHaveDuplicates();
        holdfast("unload", "other").succeeded();
    }

    @Test
    void loadDrawsABarAtATerminal() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")), "script(1), which makes a terminal, is not here");
        String command =
                String.join(" ", CommandRun.commandLine("load", "pair:2", "--socket", DaemonProcess.socket(directory)));

        CommandRun run = CommandRun.of(directory, List.of("/usr/bin/script", "-qec", command, "/dev/null"));

        assertThat(run.succeeded().out()).contains("\rpair:2 checking ...", "version 2 of model 'pair' is published");
        assertThat(run.out()).doesNotContain("\npair:2 checking");
    }

    @Test
    void activePointerMovesAndComesBack() {
        holdfast("load", "pair").succeeded();

        assertThat(holdfast("activate", "pair:1").succeeded().out()).contains("version 1 of model 'pair' is active");
        assertThat(holdfast("rollback", "pair").succeeded().out()).contains("version 2 of model 'pair' is active");
        assertThat(holdfast("activate", "pair").succeeded().out()).contains("follows the highest");
    }

    @Test
    void pinnedVersionLeavesOnlyByForceOrWithoutItsPin() {
        holdfast("load", "other", "--pin").succeeded();

        holdfast("unload", "other").failedWith(ExitCode.FAILED, "is pinned", "--force");
        assertThat(holdfast("pin", "other:1", "--off").succeeded().out()).contains("no longer pinned");
        assertThat(holdfast("unload", "other:1").succeeded().out()).contains("is unloaded");
    }

    @Test
    void verifyTellsThatTheBytesAreRight() {
        assertThat(holdfast("verify", "plain:1").succeeded().out()).contains("is what its digest says");
    }

    @Test
    void loadOfWhatIsNotThereFails() {
        holdfast("load", "nowhere").failedWith(ExitCode.FAILED, "there is no model 'nowhere'", "plain");
    }

    @Test
    void loadOfABadModelFails() {
        CommandRun run = holdfast("load", "broken");

        assertThat(run.code()).isEqualTo(ExitCode.FAILED);
        assertThat(run.err().lines().filter(line -> line.startsWith("holdfast: ")))
                .singleElement()
                .asString()
                .contains("broken");
    }

    @Test
    void leaseOfWhatIsNotLoadedFails() {
        holdfast("lease", "broken").failedWith(ExitCode.FAILED, "broken");
    }
}
