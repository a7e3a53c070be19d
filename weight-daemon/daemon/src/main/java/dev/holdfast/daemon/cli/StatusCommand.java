package dev.holdfast.daemon.cli;

import dev.holdfast.protocol.HolderClient;
import dev.holdfast.protocol.MessageCodec;
import dev.holdfast.protocol.StatusReport;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code holdfast status}. */
@Command(name = "status", description = "Shows the holder, its models and versions, and who leases them.")
final class StatusCommand implements Callable<Integer> {
    @Mixin
    private final HolderConnection holder = new HolderConnection();

    @Option(names = "--json", description = "As one JSON object; docs/status.md describes its fields.")
    private boolean json;

    @Override
    public Integer call() {
        try (HolderClient client = holder.open()) {
            StatusReport report = client.status();
            holder.print(
                    json ? new String(MessageCodec.write(report), StandardCharsets.UTF_8) : StatusTable.of(report));
        }
        return ExitCode.DONE;
    }
}
