package dev.holdfast.daemon.service;

import dev.holdfast.daemon.doctor.DeviceProbe;
import dev.holdfast.daemon.doctor.DeviceRequest;
import dev.holdfast.daemon.doctor.Share;
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
        Verdict verdict = probe.choose(wanted, settings.share());
        if (!verdict.usable()) {
            throw new IllegalStateException("--device " + wanted + " can't serve: " + verdict.reason()
                    + "; `holdfast doctor --device " + wanted + "` shows all there is");
        }
        LOG.info("versions go to device {} (--device {}): {}", verdict.device(), wanted, verdict.reason());
        if (verdict.onHost()) {
            requireNoShare(settings);
            return settings.config();
        }
        Placement placement = verdict.share().filter(Share.CUDA_IPC::equals).isPresent()
                ? Placement.onCudaIpc(verdict.device())
                : Placement.onCuda(verdict.device());
        return settings.config()
                .on(placement, verdict.runtime().map(path -> Path.of(path).toAbsolutePath()));
    }

    private static void requireNoShare(HolderSettings settings) {
        if (settings.device().kind() == DeviceRequest.Kind.CPU && settings.share() != Share.AUTO) {
            throw new IllegalStateException("--share " + settings.share()
                    + " is for the memory of a CUDA device; leave it out with --device cpu");
        }
    }
}
