package dev.holdfast.daemon.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code holdfast rollback}. */
@Command(name = "rollback", description = "Makes the version active again that was active before.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class RollbackCommand implements Callable<Integer> {
    @Mixin
    private final HolderConnection holder = new HolderConnection();

    @Parameters(paramLabel = "NAME", description = "The model.", converter = Readings.Model.class)
    private String model;

    @Override
    public Integer call() {
        return holder.ask(client -> client.rollback(model));
    }
}
