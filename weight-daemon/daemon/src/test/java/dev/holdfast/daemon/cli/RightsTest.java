package dev.holdfast.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.daemon.service.InstalledClasses;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands of other users than the holder's: one in the readers' group, one not. */
class RightsTest {
    private static final String SETPRIV = "/usr/bin/setpriv";

    @TempDir
    private static Path directory;

    private static @Nullable DaemonProcess daemon;
    private static String classPath = "";

    @BeforeAll
    static void startHolder() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "only root can run a command as another user");
        assumeTrue(Files.isExecutable(Path.of(SETPRIV)), "setpriv(1), which changes the user, is not here");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path classes = Files.createDirectory(directory.resolve("classes"));
        Files.setPosixFilePermissions(classes, PosixFilePermissions.fromString("rwxr-xr-x"));
        classPath = InstalledClasses.copyTo(classes);
        daemon = DaemonProcess.start(directory, "--readers-group", "nogroup");
    }

    @AfterAll
    static void stopHolder() {
        if (daemon != null) {
            daemon.close();
        }
    }

    private static CommandRun holdfastAs(String user, String group, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(SETPRIV, "--reuid", user, "--regid", group, "--clear-groups"));
        List<String> java = CommandRun.commandLine(arguments);
        Collections.replaceAll(java, System.getProperty("java.class.path"), classPath);
        command.addAll(java);
        command.addAll(List.of("--socket", DaemonProcess.socket(directory)));
        return CommandRun.of(directory, command);
    }

    @Test
    void readerMayLook() throws Exception {
        assertThat(holdfastAs("nobody", "nogroup", "status").succeeded().out()).contains("holder    pid");
    }

    @Test
    void readerMayNotUnload() throws Exception {
        holdfastAs("nobody", "nogroup", "unload", "linear")
                .failedWith(ExitCode.NOT_PERMITTED, "may read but not change", "run as the holder's user or root");
    }

    @Test
    void strangerMayNotEvenLook() throws Exception {
        holdfastAs("daemon", "daemon", "status")
                .failedWith(ExitCode.NOT_PERMITTED, "may not lease here", "--readers-group");
    }
}
