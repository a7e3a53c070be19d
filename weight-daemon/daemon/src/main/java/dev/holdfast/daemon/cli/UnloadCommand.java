package dev.holdfast.daemon.cli;

import dev.holdfast.daemon.holder.LoadTarget;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code holdfast unload}. */
@Command(
        name = "unload",
        description = "Lets versions go: no new leases, and their memory is freed when the last lease closes.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class UnloadCommand implements Callable<Integer> {
    @Mixin
    private final HolderConnection holder = new HolderConnection();

    @Parameters(paramLabel = "NAME[:VERSION]", description = "A version, or all versions of a model.")
    private LoadTarget target;

    @Option(names = "--force", description = "Also if pinned; names the processes that still lease it.")
    private boolean force;

    @Override
    public Integer call() {
        return holder.ask(client -> client.unload(target.model(), target.version(), force));
    }
}
