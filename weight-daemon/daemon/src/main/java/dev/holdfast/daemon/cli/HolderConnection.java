package dev.holdfast.daemon.cli;

import dev.holdfast.protocol.Done;
import dev.holdfast.protocol.HolderClient;
import dev.holdfast.protocol.SocketPath;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The option that says which holder a command speaks to. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class HolderConnection {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--socket",
            paramLabel = "PATH",
            description = "The holder's socket; otherwise -D" + SocketPath.PROPERTY + ", $" + SocketPath.VARIABLE
                    + ", /run/holdfast, $XDG_RUNTIME_DIR/holdfast or the temporary directory.")
    private Optional<Path> socket = Optional.empty();

    /** @throws dev.holdfast.protocol.HolderUnreachableException if no holder answers */
    HolderClient open() {
        return HolderClient.connect(socket.orElseGet(SocketPath::byDefault), CONNECT_LIMIT);
    }

    /** Asks for one thing and prints the holder's sentence about it. */
    int ask(Function<HolderClient, Done> request) {
        try (HolderClient client = open()) {
            print(request.apply(client).text());
        }
        return ExitCode.DONE;
    }

    /** One line, or several, on standard output. */
    void print(String text) {
        command.commandLine().getOut().println(text);
        command.commandLine().getOut().flush();
    }
}
