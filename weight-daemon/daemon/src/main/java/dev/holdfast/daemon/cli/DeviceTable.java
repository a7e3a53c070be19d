package dev.holdfast.daemon.cli;

import dev.holdfast.daemon.device.DeviceUsage;
import dev.holdfast.daemon.device.ProcessUsage;
import dev.holdfast.daemon.holder.ByteSize;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Devices for people: their memory, then the processes that share it, then what is not known. */
final class DeviceTable {
    private DeviceTable() {}

    /** Ends with a line feed; empty without devices. */
    static String of(List<DeviceUsage> devices) {
        if (devices.isEmpty()) {
            return "";
        }
        Columns memory = new Columns("DEVICE", "NAME", "TOTAL", "FREE", "ARENAS", "VERSIONS");
        Columns processes = new Columns("DEVICE", "PID", "PROCESS", "MEMORY");
        for (DeviceUsage device : devices) {
            memory.row(
                    device.uuid(),
                    device.name().orElse("?"),
                    size(device.totalBytes()),
                    size(device.freeBytes()),
                    ByteSize.format(device.arenaBytes()),
                    versions(device));
            for (ProcessUsage process : device.processes()) {
                processes.row(device.uuid(), Long.toString(process.pid()), process.role(), size(process.bytes()));
            }
        }
        return "\n" + memory + "\n" + processes + problems(devices);
    }

    private static String size(Optional<Long> bytes) {
        return bytes.map(ByteSize::format).orElse("?");
    }

    private static String versions(DeviceUsage device) {
        return device.versions().stream()
                .map(version -> version.model() + ":" + version.version() + " " + ByteSize.format(version.arenaBytes()))
                .collect(Collectors.joining(", "));
    }

    private static String problems(List<DeviceUsage> devices) {
        return devices.stream()
                .flatMap(device -> device.problem().stream()
                        .map(problem -> device.uuid() + ": " + problem.replaceAll("\\p{Cntrl}", "?") + "\n"))
                .collect(Collectors.joining());
    }
}
