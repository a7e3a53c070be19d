package dev.holdfast.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.daemon.sample.LinearSample;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The holder in the foreground as a process. */
@Tag("core")
class DaemonCommandTest {
    @TempDir
    private Path directory;

    private String socket = "";

    @BeforeEach
    void nameSocket() {
        socket = DaemonProcess.socket(directory);
    }

    @Test
    void sigtermIsACleanStop() throws Exception {
        Path pidFile = directory.resolve("pid");
        try (DaemonProcess daemon = DaemonProcess.start(directory, "--pid-file", pidFile.toString())) {
            assertThat(daemon.ready()).isEqualTo("ready: holder pid " + daemon.pid() + " serves " + socket);
            assertThat(pidFile).hasContent(Long.toString(daemon.pid()));
            CommandRun.of(directory, "list", "--socket", socket).succeeded();

            assertThat(daemon.terminate()).isZero();

            assertThat(Path.of(socket)).doesNotExist();
            assertThat(pidFile).doesNotExist();
            assertThat(daemon.log()).contains("has stopped");
        }
    }

    private String[] daemonWith(String... options) {
        String[] own = {"daemon", "--models", directory.toString(), "--socket", socket, "--state", directory + "/state"
        };
        return Stream.of(own, options).flatMap(Stream::of).toArray(String[]::new);
    }

    @Test
    void deviceWithoutADriverIsRefusedAtTheStart() throws Exception {
        String none = "GPU-00000000-0000-0000-0000-000000000000";
        CommandRun run = CommandRun.of(directory, daemonWith("--device", "cuda:" + none));

        assertThat(run.code()).isEqualTo(ExitCode.FAILED);
        assertThat(run.err())
                .contains("holdfast: --device cuda:" + none + " can't serve: ")
                .contains("`holdfast doctor --device cuda:" + none + "` shows all there is");
        assertThat(Path.of(socket)).doesNotExist();
    }

    @Test
    void shareOfADevicesMemoryIsRefusedForTheHost() throws Exception {
        CommandRun run = CommandRun.of(directory, daemonWith("--device", "cpu", "--share", "cuda-ipc"));

        assertThat(run.code()).isEqualTo(ExitCode.FAILED);
        assertThat(run.err()).contains("holdfast: --share cuda-ipc is for the memory of a CUDA device");
    }

    @Test
    void settingThatIsWrongIsRefusedAtTheStartAlsoWhereNothingNeedsIt() throws Exception {
        List<String> command = CommandRun.commandLine(daemonWith("--device", "cpu"));
        command.add(1, "-Dholdfast.owner.patience=1m");

        CommandRun.of(directory, command)
                .failedWith(ExitCode.FAILED, "-Dholdfast.owner.patience=1m is not a number of seconds, 0 to 999999");
        assertThat(Path.of(socket)).doesNotExist();
    }

    @Test
    void chosenDeviceIsOneLineOfTheLog() throws Exception {
        try (DaemonProcess daemon = DaemonProcess.start(directory, "--device", "cpu")) {
            assertThat(daemon.terminate()).isZero();
            assertThat(daemon.log().lines().filter(line -> line.contains("versions go to device")))
                    .singleElement()
                    .asString()
                    .endsWith("versions go to device cpu (--device cpu): as asked");
        }
    }

    @Test
    void secondHolderIsRefusedAndTheFirstServesOn() throws Exception {
        try (DaemonProcess daemon = DaemonProcess.start(directory)) {
            String models = directory.resolve("models").toString();

            CommandRun sameSocket = CommandRun.of(
                    directory, "daemon", "--models", models, "--socket", socket, "--state", directory + "/other");
            CommandRun sameState = CommandRun.of(
                    directory, "daemon", "--models", models, "--socket", socket + "2", "--state", directory + "/state");

            assertThat(sameSocket.code()).isEqualTo(ExitCode.FAILED);
            assertThat(sameSocket.err()).contains("another holder (pid " + daemon.pid() + ") listens on " + socket);
            assertThat(sameState.code()).isEqualTo(ExitCode.FAILED);
            assertThat(sameState.err()).contains("is in use by another holder (pid " + daemon.pid() + ")");
            CommandRun.of(directory, "list", "--socket", socket).succeeded();
        }
    }

    @Test
    void versionsAreServedWithoutTheirModelRepository() throws Exception {
        new LinearSample("linear", 16, 8, false).writeTo(directory.resolve("models"));
        try (DaemonProcess first = DaemonProcess.start(directory)) {
            CommandRun.of(directory, "load", "linear", "--socket", socket).succeeded();
            first.terminate();
        }
        Files.move(directory.resolve("models"), directory.resolve("elsewhere"));

        try (DaemonProcess second = DaemonProcess.start(directory)) {
            CommandRun.of(directory, "lease", "linear:1", "--wait", "30s", "--socket", socket)
                    .succeeded();

            assertThat(second.log()).contains("there is no model repository " + directory.resolve("models"));
            assertThat(CommandRun.of(directory, "status", "--socket", socket).out())
                    .containsPattern("holder.versions.adopted +1")
                    .containsPattern("holder.versions.loaded +0");
        }
    }

    @Test
    void socketInADirectoryThatEveryoneCanWriteIsRefused() throws Exception {
        Path open = Files.createDirectory(directory.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));

        CommandRun run = CommandRun.of(
                directory,
                "daemon",
                "--models",
                directory.toString(),
                "--socket",
                open + "/w.sock",
                "--state",
                directory + "/st");

        run.failedWith(ExitCode.FAILED, "can be written by everyone", "--socket");
    }

    @Test
    void pidFileThatCanNotBeWrittenStopsTheStart() throws Exception {
        CommandRun run = CommandRun.of(
                directory,
                "daemon",
                "--models",
                directory.toString(),
                "--socket",
                socket,
                "--state",
                directory + "/st",
                "--pid-file",
                directory + "/none/pid");

        assertThat(run.code()).isEqualTo(ExitCode.FAILED);
        assertThat(run.err()).contains("the pid file " + directory + "/none/pid can't be written");
        assertThat(Path.of(socket)).doesNotExist();
    }
}
