package dev.holdfast.daemon.cli;

import dev.holdfast.protocol.HolderClient;
import dev.holdfast.protocol.ModelListing;
import dev.holdfast.protocol.VersionSummary;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code holdfast list}: one line a version, for scripts: {@code NAME:VERSION STATE}. */
@Command(
        name = "list",
        description = "Lists versions, one a line: NAME:VERSION STATE, and 'active' behind the active one.")
final class ListCommand implements Callable<Integer> {
    @Mixin
    private final HolderConnection holder = new HolderConnection();

    @Override
    public Integer call() {
        try (HolderClient client = holder.open()) {
            client.list().forEach(this::print);
        }
        return ExitCode.DONE;
    }

    private void print(ModelListing model) {
        for (VersionSummary version : model.versions()) {
            boolean active =
                    model.active().filter(number -> number == version.version()).isPresent();
            holder.print(model.name() + ":" + version.version() + " " + StatusTable.word(version.state())
                    + (active ? " active" : ""));
        }
    }
}
