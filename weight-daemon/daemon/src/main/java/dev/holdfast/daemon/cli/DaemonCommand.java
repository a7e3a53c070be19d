package dev.holdfast.daemon.cli;

import dev.holdfast.daemon.holder.Holder;
import dev.holdfast.daemon.service.HolderSettings;
import dev.holdfast.daemon.service.HolderStart;
import dev.holdfast.daemon.service.PidFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code holdfast daemon}: the holder in the foreground, until SIGTERM or SIGINT. */
@Command(
        name = "daemon",
        description = "Runs the holder in the foreground until SIGTERM or SIGINT; prints one line when it is ready.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class DaemonCommand implements Callable<Integer> {
    @Mixin
    private final DaemonOptions options = new DaemonOptions();

    @Option(
            names = "--pid-file",
            paramLabel = "FILE",
            description = "Write the process id here; removed at a clean stop.")
    private Optional<Path> pidFile = Optional.empty();

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() throws IOException {
        HolderSettings settings = options.toSettings();
        Holder holder = HolderStart.start(settings);
        try {
            Optional<PidFile> written =
                    pidFile.isPresent() ? Optional.of(PidFile.write(pidFile.get())) : Optional.empty();
            StopSignal.closes(() -> {
                holder.close();
                written.ifPresent(PidFile::close);
            });
        } catch (IOException | RuntimeException e) {
            holder.close();
            throw e;
        }
        command.commandLine()
                .getOut()
                .println("ready: holder pid " + ProcessHandle.current().pid() + " serves "
                        + settings.config().socket());
        command.commandLine().getOut().flush();
        holder.awaitClosed();
        return ExitCode.DONE;
    }
}
