package dev.holdfast.daemon.doctor;

import dev.holdfast.memory.cuda.CudaDevice;
import dev.holdfast.memory.cuda.CudaDriver;
import dev.holdfast.memory.cuda.CudaUnavailableException;
import java.util.List;
import java.util.Optional;

/** Asks the CUDA driver. Loads it into this process for good, and makes a context for the memory's question. */
final class DriverProbe {
    private DriverProbe() {}

    /** Whatever goes wrong becomes a line. */
    static DriverFinding run() {
        try {
            CudaDriver driver = CudaDriver.load();
            List<DeviceFinding> devices =
                    driver.devices().stream().map(DriverProbe::device).toList();
            return new DriverFinding(Optional.of(driver.version()), true, Optional.empty(), devices);
        } catch (RuntimeException | LinkageError e) {
            return new DriverFinding(Optional.empty(), isInstalled(e), Optional.of(Problem.of(e)), List.of());
        }
    }

    /** One that can't be loaded is there all the same if its file is. */
    private static boolean isInstalled(Throwable failure) {
        return !(failure instanceof CudaUnavailableException unavailable
                        && unavailable.reason() == CudaUnavailableException.Reason.DRIVER_MISSING)
                || DriverFile.isVisible();
    }

    private static DeviceFinding device(CudaDevice device) {
        Optional<Long> free = Optional.empty();
        Optional<String> problem = Optional.empty();
        try {
            free = Optional.of(device.freeBytes());
        } catch (RuntimeException e) {
            problem = Optional.of(Problem.of(e));
        }
        return new DeviceFinding(
                device.ordinal(),
                device.uuid(),
                device.name(),
                device.totalBytes(),
                free,
                device.computeCapability(),
                device.supportsDescriptors(),
                device.supportsIpc(),
                device.isUnderMps(),
                problem);
    }
}
