package dev.holdfast.daemon.device;

import java.util.List;
import java.util.Optional;

/**
 * A device on which a holder has versions.
 *
 * @param uuid the device's
 * @param name the product's; this and the next two are empty if NVML could not be asked
 * @param totalBytes all of its memory
 * @param freeBytes what of it nobody has allocated
 * @param arenaBytes the sum over {@code versions}
 * @param versions those that the holder has there, by model and number
 * @param processes the holder and those that lease these versions, by process id
 * @param problem why something of this is not known, in one line
 */
public record DeviceUsage(
        String uuid,
        Optional<String> name,
        Optional<Long> totalBytes,
        Optional<Long> freeBytes,
        long arenaBytes,
        List<VersionUsage> versions,
        List<ProcessUsage> processes,
        Optional<String> problem) {
    public DeviceUsage {
        versions = List.copyOf(versions);
        processes = List.copyOf(processes);
    }
}
