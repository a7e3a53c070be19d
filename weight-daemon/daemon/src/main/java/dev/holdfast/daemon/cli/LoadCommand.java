package dev.holdfast.daemon.cli;

import dev.holdfast.daemon.holder.LoadTarget;
import dev.holdfast.protocol.HolderClient;
import dev.holdfast.protocol.HolderEvents;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code holdfast load}: waits until it is loaded, and shows how far it is. */
@Command(
        name = "load",
        description = "Loads a version, or those that the model's version_policy selects, and waits until they can be"
                + " leased. Interrupting the command does not interrupt the load.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class LoadCommand implements Callable<Integer> {
    @Mixin
    private final HolderConnection holder = new HolderConnection();

    @Parameters(
            paramLabel = "NAME[:VERSION]",
            description = "A directory of the model repository, and a version in it.")
    private LoadTarget target;

    @Option(names = "--pin", description = "Keep it resident whatever the policy says.")
    private boolean pin;

    @Override
    public Integer call() {
        try (HolderClient client = holder.open()) {
            holder.print(load(client));
        }
        return ExitCode.DONE;
    }

    private String load(HolderClient client) {
        HolderEvents events = client.watch(
                Optional.of(client.welcome().instance()), client.welcome().lastEvent());
        LoadDisplay display = LoadDisplay.on(System.err, Terminal.isInteractive());
        try (LoadWatch watch = LoadWatch.start(events, target, display)) {
            return client.load(target.model(), target.version(), pin).text();
        }
    }
}
