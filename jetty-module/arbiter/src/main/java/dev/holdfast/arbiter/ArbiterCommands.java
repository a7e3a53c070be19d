package dev.holdfast.arbiter;

import dev.holdfast.daemon.cli.CommandProvider;
import java.util.List;

/** {@code holdfast serve} and {@code holdfast ctl}. */
public final class ArbiterCommands implements CommandProvider {
    /** For the service loader. */
    public ArbiterCommands() {}

    @Override
    public List<Object> commands() {
        return List.of(new ServeCommand(), new CtlCommand());
    }
}
