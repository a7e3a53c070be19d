package dev.holdfast.daemon.cli;

import dev.holdfast.daemon.holder.LoadTarget;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code holdfast verify}. */
@Command(name = "verify", description = "Recomputes digests of resident weights; what is wrong becomes corrupt.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class VerifyCommand implements Callable<Integer> {
    @Mixin
    private final HolderConnection holder = new HolderConnection();

    @Parameters(paramLabel = "NAME[:VERSION]", description = "A version, or all published versions of a model.")
    private LoadTarget target;

    @Override
    public Integer call() {
        return holder.ask(client -> client.verify(target.model(), target.version()));
    }
}
