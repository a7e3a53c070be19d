package dev.holdfast.daemon.cli;

import dev.holdfast.daemon.device.DeviceUsage;
import dev.holdfast.daemon.device.DeviceUsages;
import dev.holdfast.protocol.HolderClient;
import dev.holdfast.protocol.StatusReport;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code holdfast status}. */
@Command(
        name = "status",
        description = "Shows the holder, its models and versions, who leases them, and the memory of their devices.")
final class StatusCommand implements Callable<Integer> {
    @Mixin
    private final HolderConnection holder = new HolderConnection();

    @Option(names = "--json", description = "As one JSON object; docs/status.md describes its fields.")
    private boolean json;

    @Override
    public Integer call() {
        try (HolderClient client = holder.open()) {
            StatusReport report = client.status();
            List<DeviceUsage> devices = DeviceUsages.of(report, client.holder().pid() == report.pid());
            holder.print(json ? StatusDocument.of(report, devices) : StatusTable.of(report, devices));
        }
        return ExitCode.DONE;
    }
}
