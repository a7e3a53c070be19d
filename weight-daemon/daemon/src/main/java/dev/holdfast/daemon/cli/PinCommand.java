package dev.holdfast.daemon.cli;

import dev.holdfast.daemon.holder.LoadTarget;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code holdfast pin}. */
@Command(name = "pin", description = "Keeps a version resident whatever the model's version_policy says.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class PinCommand implements Callable<Integer> {
    @Mixin
    private final HolderConnection holder = new HolderConnection();

    @Parameters(paramLabel = "NAME:VERSION", description = "The version.")
    private LoadTarget target;

    @Option(names = "--off", description = "Lets the policy decide again.")
    private boolean off;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() {
        long version = target.version()
                .orElseThrow(() -> new ParameterException(
                        command.commandLine(), "one version is pinned, so name it, as in " + target.model() + ":1"));
        return holder.ask(client -> client.pin(target.model(), version, !off));
    }
}
