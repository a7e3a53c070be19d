package dev.holdfast.memory.cuda;

import java.util.Map;
import java.util.Optional;

/**
 * A device's memory at one moment, as NVML tells it. Bytes throughout.
 *
 * @param name the product's, such as {@code NVIDIA H100 80GB HBM3}
 * @param totalBytes all of it
 * @param freeBytes what nobody has allocated
 * @param processes what each process with a context on the device takes, by process id; empty where the driver does not
 *     tell. NVML's ids are those of the caller's pid namespace with recent drivers, otherwise the host's
 * @param problem why the processes could not be asked for
 */
public record DeviceMemoryUse(
        String name, long totalBytes, long freeBytes, Map<Long, Optional<Long>> processes, Optional<String> problem) {
    public DeviceMemoryUse {
        processes = Map.copyOf(processes);
    }
}
