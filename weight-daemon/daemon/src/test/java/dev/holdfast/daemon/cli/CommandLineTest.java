package dev.holdfast.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.daemon.doctor.DeviceRequest;
import dev.holdfast.daemon.doctor.Share;
import dev.holdfast.daemon.holder.HolderConfig;
import dev.holdfast.daemon.holder.HoldfastRelease;
import dev.holdfast.daemon.holder.LoadTarget;
import dev.holdfast.daemon.loader.Placement;
import dev.holdfast.daemon.service.HolderSettings;
import dev.holdfast.memory.ArenaLayout;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** How arguments are read, and what is said where no holder is needed. */
@Tag("core")
class CommandLineTest {
    @TempDir
    private Path directory;

    /** In this JVM; what the process exits with is tested by the others. */
    private static CommandRun holdfast(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command =
                HoldfastCommand.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        return new CommandRun(command.execute(arguments), out.toString(), err.toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "daemon                                             | Missing required option: '--models=DIR'",
                "daemon --models m --memory-budget 8x               | '8x' is not a size",
                "daemon --models m --memory-budget 0                | more than 0 bytes",
                "daemon --models m --layout foo                     | known: packed, sealed",
                "daemon --models m --device gpu                     | known: auto, cpu, cuda:N",
                "daemon --models m --share ipc                      | known: auto, fd, cuda-ipc",
                "daemon --models m --load a:b                       | after the colon comes a positive number",
                "daemon --models m --load a --load-all              | mutually exclusive",
                "daemon --models m --load-deadline soon             | is not a duration",
                "load                                               | NAME[:VERSION]",
                "load a/b                                           | no slash",
                "pin linear                                         | as in linear:1",
                "rollback ..                                        | can't name a model",
                "sample linear --in 4 dir                           | --out",
                "sample                                             | Missing required subcommand",
                "fly                                                | fly",
                "status --jason                                     | --jason"
            })
    void wrongCommandLineSaysWhatIsWrong(String arguments, String words) {
        CommandRun run = holdfast(arguments.strip().split(" "));

        run.failedWith(ExitCode.USAGE, words.strip(), "--help`");
    }

    @Test
    void missingCommandIsAWrongCommandLine() {
        holdfast().failedWith(ExitCode.USAGE, "Missing required subcommand");
    }

    @Test
    void helpListsTheExitCodes() {
        CommandRun run = holdfast("load", "--help").succeeded();

        assertThat(run.out())
                .contains(
                        "Exit codes:",
                        "3   no holder, or no arbiter, answers on the socket",
                        "6   no worker could start");
    }

    @Test
    void versionIsThisRelease() {
        assertThat(holdfast("--version").succeeded().out().strip()).isEqualTo("holdfast " + HoldfastRelease.version());
    }

    @Test
    void processExitsWithTheCodeForNoHolder() throws Exception {
        CommandRun.of(directory, "status", "--socket", directory.resolve("none").toString())
                .failedWith(ExitCode.UNREACHABLE, "is the holder running?", "holdfast daemon", "--socket");
    }

    @Test
    void sampleIsWrittenAsAnEntryOfTheRepository() {
        CommandRun run =
                holdfast("sample", "linear", "--in", "4", "--out", "2", "--name", "tiny", directory.toString());

        assertThat(run.succeeded().out()).contains("tiny");
        assertThat(directory.resolve("tiny/1/model.onnx")).isRegularFile();
    }

    @Test
    void sampleFromAMissingJarIsBadInput() {
        holdfast("sample", "minilm", "--jar", directory + "/none.jar", directory.toString())
                .failedWith(ExitCode.BAD_INPUT, "there is no jar");
    }

    @Test
    void sampleOfNoSizeIsBadInput() {
        holdfast("sample", "linear", "--in", "0", "--out", "2", directory.toString())
                .failedWith(ExitCode.BAD_INPUT, "1 or more inputs");
    }

    @Test
    void sampleIntoAFileIsBadInput() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));

        holdfast("sample", "linear", "--in", "4", "--out", "2", file.toString())
                .failedWith(ExitCode.BAD_INPUT, file.toString());
    }

    @Test
    void daemonOptionsBecomeTheHoldersConfiguration() {
        HolderSettings settings = DaemonOptions.parse(
                "--device",
                "cuda:1",
                "--share",
                "cuda-ipc",
                "--models",
                "/m",
                "--socket",
                "/s/w.sock",
                "--state",
                "/st",
                "--layout",
                "sealed",
                "--load",
                "a:2",
                "--load",
                "b",
                "--memory-budget",
                "8g",
                "--readers-group",
                "web",
                "--load-deadline",
                "90s",
                "--cache-limit",
                "1g",
                "--loader-option=-Xmx4g");
        HolderConfig config = settings.config();
        assertThat(settings.share()).isEqualTo(Share.CUDA_IPC);

        assertThat(settings.device()).isEqualTo(DeviceRequest.parse("cuda:1"));
        assertThat(config.models()).isEqualTo(Path.of("/m"));
        assertThat(config.placement()).isEqualTo(Placement.onHost(ArenaLayout.SEALED));
        assertThat(config.loads())
                .containsExactly(new LoadTarget("a", Optional.of(2L)), new LoadTarget("b", Optional.empty()));
        assertThat(config.memoryBudgetBytes()).isEqualTo(8L << 30);
        assertThat(config.readersGroup()).contains("web");
        assertThat(config.loadDeadline()).isEqualTo(Duration.ofSeconds(90));
        assertThat(config.cacheLimitBytes()).isEqualTo(1L << 30);
        assertThat(config.loaderJvmOptions()).containsExactly("-Xmx4g");
    }

    @Test
    void relativePathsAreFixedAtTheStart() {
        HolderConfig config = DaemonOptions.parse("--models", "m", "--state", "st", "--socket", "w.sock")
                .config();

        assertThat(config.models()).isAbsolute();
        assertThat(config.state()).isAbsolute();
        assertThat(config.socket()).isAbsolute();
    }

    @Test
    void stateIsKeptWithTheUserWhoCanNotWriteTheSystemsDirectory() {
        assertThat(StatePath.choose(name -> null, "/home/u", path -> true)).isEqualTo(Path.of("/var/lib/holdfast"));
        assertThat(StatePath.choose(name -> "/x", "/home/u", path -> false)).isEqualTo(Path.of("/x/holdfast"));
        assertThat(StatePath.choose(name -> "relative", "/home/u", path -> false))
                .isEqualTo(Path.of("/home/u/.local/state/holdfast"));
    }
}
