package dev.holdfast.bench;

import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.memory.ContentDigest;
import dev.holdfast.protocol.HolderClient;
import dev.holdfast.protocol.Lease;
import dev.holdfast.protocol.StatusReport;
import dev.holdfast.protocol.VersionSelector;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * A holder that is restarted at will, and one worker that never dies: its lease goes from holder to holder, and with a
 * sealed version the bytes. Thread-safe.
 */
final class ChurnHolder implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Workplace place;
    private final ArenaLayout layout;
    private final String model;
    private final ContentDigest digest;
    private HolderProcess holder;
    private Lease keeper;
    private int restarts;

    private ChurnHolder(Workplace place, ArenaLayout layout, String model, HolderProcess holder) {
        this.place = place;
        this.layout = layout;
        this.model = model;
        this.holder = holder;
        try (HolderClient client = holder.client()) {
            client.load(model, Optional.empty(), false);
            this.keeper = client.lease(model, VersionSelector.active(), Duration.ZERO, Optional.empty());
        }
        this.digest = keeper.manifest().arena().digest();
    }

    static ChurnHolder start(Workplace place, ArenaLayout layout, String model) throws IOException {
        HolderProcess holder = HolderProcess.start(JavaRuntime.ofHolder(), place, layout);
        try {
            return new ChurnHolder(place, layout, model, holder);
        } catch (RuntimeException e) {
            holder.kill();
            throw e;
        }
    }

    /**
     * Ends the holder, starts the next, and hands it the lease.
     *
     * @param kill with SIGKILL instead of SIGTERM
     * @throws IllegalStateException if the next one loads the version instead of adopting it
     */
    synchronized void restart(boolean kill) throws IOException {
        if (kill) {
            holder.kill();
        } else {
            holder.close();
        }
        holder = HolderProcess.start(JavaRuntime.ofHolder(), place, layout);
        restarts++;
        try (HolderClient client = holder.client();
                Lease lost = keeper) {
            keeper = layout == ArenaLayout.SEALED
                    ? client.offer(lost)
                    : client.lease(model, VersionSelector.active(), LIMIT, Optional.empty());
            long loaded = client.status().counters().getOrDefault("holder.versions.loaded", -1L);
            if (loaded != 0 || !keeper.manifest().arena().digest().equals(digest)) {
                throw new IllegalStateException("the restarted holder loaded " + loaded + " versions and has "
                        + keeper.manifest().arena().digest() + " instead of " + digest);
            }
        }
    }

    synchronized int restarts() {
        return restarts;
    }

    synchronized StatusReport status() {
        try (HolderClient client = holder.client()) {
            return client.status();
        }
    }

    synchronized ProcessFigures figures() throws IOException {
        return holder.figures();
    }

    @Override
    public synchronized void close() {
        try (HolderProcess closedSecond = holder) {
            keeper.close();
        }
    }
}
