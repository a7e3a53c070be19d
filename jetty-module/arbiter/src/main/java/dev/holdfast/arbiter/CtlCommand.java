package dev.holdfast.arbiter;

import dev.holdfast.control.Action;
import dev.holdfast.control.ControlMessage.Answer;
import dev.holdfast.control.ControlPath;
import dev.holdfast.daemon.cli.ExitCode;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code holdfast ctl}: what the arbiter's signals do, for scripts and for Windows. */
@Command(
        name = "ctl",
        description = "Speaks to a running `holdfast serve`.",
        synopsisSubcommandLabel = "(status|add|remove|roll|stop|quit)")
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class CtlCommand {
    @Spec
    private CommandSpec command;

    /** The option that says which arbiter a command speaks to. */
    static final class Connection {
        @Option(
                names = "--control",
                paramLabel = "PATH",
                description = "The arbiter's control socket; the default is that of `holdfast serve`.")
        private Path control = ControlPath.byDefault();
    }

    @Command(name = "status", description = "Shows the workers.")
    int status(
            @picocli.CommandLine.Mixin Connection connection,
            @Option(names = "--json", description = "As one JSON object; docs/arbiter.md describes its fields.")
                    boolean json) {
        String status = ask(connection, Action.STATUS).text();
        print(json ? status : StatusJson.read(status).toTable());
        return ExitCode.DONE;
    }

    @Command(name = "add", description = "One worker more; as SIGTTIN.")
    int add(@picocli.CommandLine.Mixin Connection connection) {
        return act(connection, Action.ADD);
    }

    @Command(name = "remove", description = "One worker less, which finishes its requests first; as SIGTTOU.")
    int remove(@picocli.CommandLine.Mixin Connection connection) {
        return act(connection, Action.REMOVE);
    }

    @Command(name = "roll", description = "Replaces all workers one by one, failing no request; as SIGHUP.")
    int roll(@picocli.CommandLine.Mixin Connection connection) {
        return act(connection, Action.ROLL);
    }

    @Command(name = "stop", description = "Ends after the requests under way; as SIGTERM.")
    int stop(@picocli.CommandLine.Mixin Connection connection) {
        return act(connection, Action.STOP);
    }

    @Command(name = "quit", description = "Ends at once; as SIGINT.")
    int quit(@picocli.CommandLine.Mixin Connection connection) {
        return act(connection, Action.QUIT);
    }

    private int act(Connection connection, Action action) {
        print(ask(connection, action).text());
        return ExitCode.DONE;
    }

    private static Answer ask(Connection connection, Action action) {
        return ArbiterQuestion.ask(connection.control, action);
    }

    private void print(String text) {
        command.commandLine().getOut().println(text);
        command.commandLine().getOut().flush();
    }
}
