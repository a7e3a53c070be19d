package dev.holdfast.daemon.doctor;

import java.util.List;
import java.util.Optional;

/**
 * The CUDA driver of this machine.
 *
 * @param version the newest CUDA that it serves, such as {@code 12.4}; empty if there is no usable driver
 * @param installed whether a file of it is there, usable or not
 * @param problem why there is none, and what brings it
 * @param devices what it shows this process
 */
public record DriverFinding(
        Optional<String> version, boolean installed, Optional<String> problem, List<DeviceFinding> devices) {
    public DriverFinding {
        devices = List.copyOf(devices);
    }

    /** Whether it serves builds for that major version of CUDA; later drivers serve earlier ones. */
    boolean serves(int cuda) {
        return version.filter(text -> Integer.parseInt(text.replaceFirst("\\..*", "")) >= cuda)
                .isPresent();
    }
}
