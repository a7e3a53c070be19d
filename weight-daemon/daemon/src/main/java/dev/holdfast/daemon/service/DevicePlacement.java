package dev.holdfast.daemon.service;

import dev.holdfast.daemon.doctor.DeviceProbe;
import dev.holdfast.daemon.doctor.DeviceRequest;
import dev.holdfast.daemon.doctor.Verdict;
import dev.holdfast.daemon.holder.HolderConfig;
import dev.holdfast.daemon.loader.Placement;
import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a device request becomes the placement of a holder's versions. */
final class DevicePlacement {
    private static final Logger LOG = LoggerFactory.getLogger(DevicePlacement.class);

    private DevicePlacement() {}

    /**
     * The configuration for the device that there is; one log line says which, and why.
     *
     * @throws IllegalStateException if a device was asked for that can't serve; says what is missing
     */
    static HolderConfig of(HolderSettings settings, DeviceProbe probe) throws IOException {
        DeviceRequest wanted = settings.device();
        Verdict verdict = probe.choose(wanted);
        if (!verdict.usable()) {
            throw new IllegalStateException("--device " + wanted + " can't serve: " + verdict.reason()
                    + "; `holdfast doctor --device " + wanted + "` shows all there is");
        }
        LOG.info("versions go to device {} (--device {}): {}", verdict.device(), wanted, verdict.reason());
        return verdict.onHost()
                ? settings.config()
                : settings.config()
                        .on(
                                Placement.onCuda(verdict.device()),
                                verdict.runtime().map(path -> Path.of(path).toAbsolutePath()));
    }
}
