package dev.holdfast.daemon.cli;

import dev.holdfast.daemon.doctor.DeviceRequest;
import dev.holdfast.daemon.doctor.Share;
import dev.holdfast.daemon.holder.HoldfastRelease;
import dev.holdfast.daemon.holder.LoadTarget;
import dev.holdfast.memory.ArenaLayout;
import java.time.Duration;
import java.util.ServiceLoader;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The {@code holdfast} command; see {@code docs/cli.md}. */
@Command(
        name = "holdfast",
        description = "Keeps model weights loaded once and leases them to any number of JVMs.",
        mixinStandardHelpOptions = true,
        versionProvider = HoldfastCommand.Release.class,
        scope = CommandLine.ScopeType.INHERIT,
        synopsisSubcommandLabel = "COMMAND",
        usageHelpAutoWidth = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:the request failed: refused, a load that failed, corrupt bytes, a device that can't serve",
            "2:the command line is wrong",
            "3:no holder, or no arbiter, answers on the socket",
            "4:not permitted to this user",
            "5:files given on the command line can't be used",
            "6:no worker could start"
        },
        subcommands = {
            DaemonCommand.class,
            StatusCommand.class,
            ListCommand.class,
            LoadCommand.class,
            UnloadCommand.class,
            ActivateCommand.class,
            RollbackCommand.class,
            PinCommand.class,
            VerifyCommand.class,
            LeaseCommand.class,
            SampleCommand.class,
            NativesCommand.class,
            DoctorCommand.class
        })
public final class HoldfastCommand {
    private HoldfastCommand() {}

    /** Runs one command and exits with its code. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /** The command with all its subcommands. */
    static CommandLine commandLine() {
        CommandLine commandLine = new CommandLine(new HoldfastCommand());
        // Before it is configured: what is registered afterwards reaches only the subcommands that are there.
        ServiceLoader.load(CommandProvider.class)
                .forEach(provider -> provider.commands().forEach(commandLine::addSubcommand));
        return configured(commandLine);
    }

    /** How every command line of Holdfast reads its arguments and reports its failures. */
    static CommandLine configured(Object command) {
        return configured(new CommandLine(command));
    }

    private static CommandLine configured(CommandLine commandLine) {
        ErrorReport report = new ErrorReport();
        return commandLine
                .registerConverter(ArenaLayout.class, Readings.of(ArenaLayout::of))
                .registerConverter(DeviceRequest.class, Readings.of(DeviceRequest::parse))
                .registerConverter(Share.class, Readings.of(Share::parse))
                .registerConverter(LoadTarget.class, Readings.of(LoadTarget::parse))
                .registerConverter(Duration.class, Readings.of(Readings::duration))
                .setParameterExceptionHandler(report)
                .setExecutionExceptionHandler(report);
    }

    /** For {@code --version}. */
    static final class Release implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"holdfast " + HoldfastRelease.version()};
        }
    }
}
