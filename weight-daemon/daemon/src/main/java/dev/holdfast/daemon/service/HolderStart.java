package dev.holdfast.daemon.service;

import dev.holdfast.daemon.doctor.DeviceProbe;
import dev.holdfast.daemon.holder.Holder;
import dev.holdfast.daemon.holder.HolderConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a process becomes a holder, whoever starts it. */
public final class HolderStart {
    private static final Logger LOG = LoggerFactory.getLogger(HolderStart.class);

    private HolderStart() {}

    /**
     * Starts a holder; its socket answers when this returns.
     *
     * <p>A model repository that is not there is only warned of: versions of an earlier holder are served without it.
     *
     * @throws IOException if the socket's directory can't be made or is not safe, or the socket can't be bound
     * @throws RuntimeException if the state directory or the journal can't be used, or the device asked for can't serve
     */
    public static Holder start(HolderSettings settings) throws IOException {
        SocketDirectory.prepare(settings.config().socket());
        HolderConfig config = DevicePlacement.of(settings, DeviceProbe.byDefault());
        if (!Files.isDirectory(config.models())) {
            LOG.warn(
                    "there is no model repository {}; what an earlier holder loaded is served, nothing else can be"
                            + " loaded until it is there",
                    config.models());
        }
        return Holder.start(config, InstantSource.system());
    }
}
