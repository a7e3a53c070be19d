package dev.holdfast.daemon.cli;

import dev.holdfast.daemon.holder.LoadTarget;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code holdfast activate}. */
@Command(name = "activate", description = "Chooses the version that an unversioned request means.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class ActivateCommand implements Callable<Integer> {
    @Mixin
    private final HolderConnection holder = new HolderConnection();

    @Parameters(paramLabel = "NAME[:VERSION]", description = "The version; without one, the highest is followed again.")
    private LoadTarget target;

    @Override
    public Integer call() {
        return holder.ask(client -> client.activate(target.model(), target.version()));
    }
}
