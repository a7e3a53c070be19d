package dev.holdfast.protocol;

import dev.holdfast.memory.AdvisoryLock;
import dev.holdfast.memory.ArenaKind;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.memory.OwnedDescriptor;
import dev.holdfast.memory.PackedArena;
import dev.holdfast.memory.SealedArena;
import dev.holdfast.memory.WeightArena;
import dev.holdfast.memory.cuda.CudaArena;
import dev.holdfast.memory.cuda.CudaCounter;
import dev.holdfast.memory.cuda.CudaIpcArena;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The right to map one version, ending with its connection.
 *
 * <p>Owns the connection, the shared lock on the version's files and the arena's descriptors. If the holder dies, lock
 * and descriptor stay, and with them the bytes: whatever is mapped can be used on, further arenas can be opened, and
 * {@link HolderClient#offer} hands the version to the next holder. Methods may be called from any thread; close arenas,
 * mappings and sessions before the lease.
 */
public final class Lease implements AutoCloseable {
    private final ClientConnection connection;
    private final Granted granted;
    private final AdvisoryLock lock;
    /** The arena's, and after it that of the counter on its device; as many as the version travels by. */
    private final List<OwnedDescriptor> descriptors;

    private final LeaseMonitor monitor;

    private Lease(ClientConnection connection, Granted granted, AdvisoryLock lock, List<OwnedDescriptor> descriptors) {
        this.connection = connection;
        this.granted = granted;
        this.lock = lock;
        this.descriptors = List.copyOf(descriptors);
        this.monitor = LeaseMonitor.start(connection.frames(), granted);
    }

    /** Takes the descriptors out of the frame; the connection stays the caller's if this throws. */
    static Lease granted(ClientConnection connection, Frame frame) {
        Granted granted = ClientConnection.expect(frame, Granted.class);
        int count = granted.manifest().arena().descriptorCount();
        ClientConnection.expectDescriptors(frame, 1 + count);
        AdvisoryLock lock = AdvisoryLock.adopt(frame.takeDescriptor(0));
        List<OwnedDescriptor> descriptors = new ArrayList<>();
        try {
            for (int i = 1; i <= count; i++) {
                descriptors.add(frame.takeDescriptor(i));
            }
            return new Lease(connection, granted, lock, descriptors);
        } catch (RuntimeException | Error e) {
            descriptors.forEach(OwnedDescriptor::close);
            lock.close();
            throw e;
        }
    }

    /** Its number, unique within one instance of the holder. */
    public long id() {
        return granted.leaseId();
    }

    /** What the holder said of itself when the lease was asked for; its instance tells holders apart. */
    public Welcome welcome() {
        return connection.welcome();
    }

    /** The version. */
    public Manifest manifest() {
        return granted.manifest();
    }

    /** The version's directory, with the files {@code graph} and {@code weights}. */
    public Path directory() {
        return Path.of(granted.directory());
    }

    /** The model's shared counter. */
    public Path counterFile() {
        return Path.of(granted.counterFile());
    }

    /** Number of the newest event when the lease was granted; watch from there to miss none. */
    public long lastEvent() {
        return granted.lastEvent();
    }

    /**
     * Opens the version's arena. One on a device is looked at when it is mapped, and not before.
     *
     * @return the arena, which the caller closes
     * @throws dev.holdfast.memory.ArenaException if the file or descriptor is not what the manifest says
     * @throws IllegalStateException if the lease is closed
     */
    public WeightArena openArena() {
        ArenaDescription description = manifest().arena();
        if (description.kind() == ArenaKind.CUDA_IPC) {
            return CudaIpcArena.of(description.handle().orElseThrow(), description.device(), description.sizeBytes());
        }
        if (description.kind() == ArenaKind.CUDA) {
            return CudaArena.adopt(descriptors.get(0).duplicate(), description.device(), description.sizeBytes());
        }
        if (description.layout() == ArenaLayout.PACKED) {
            return PackedArena.open(directory().resolve("weights"), description.sizeBytes());
        }
        return SealedArena.adopt(descriptors.get(0).duplicate(), description.sizeBytes());
    }

    /**
     * Opens the counter on the arena's device, beside the one that {@link #counterFile()} names; only versions in memory of
     * a CUDA device have it, each version its own, and only where memory is shared by descriptors.
     *
     * @return the counter, which the caller closes; empty if the version has none
     * @throws dev.holdfast.memory.cuda.CudaUnavailableException if this process has no driver or does not see the device
     * @throws dev.holdfast.memory.ArenaException if the descriptor is no counter of that device
     * @throws IllegalStateException if the lease is closed
     */
    public Optional<CudaCounter> openDeviceCounter() {
        return manifest().arena().kind() == ArenaKind.CUDA
                ? Optional.of(CudaCounter.adopt(
                        descriptors.get(1).duplicate(), manifest().arena().device()))
                : Optional.empty();
    }

    /** What the version travels by, owned by the lease. */
    List<OwnedDescriptor> descriptors() {
        return descriptors;
    }

    /** Whether the holder that granted the lease is still connected, as far as is known. */
    public boolean isConnected() {
        return monitor.isConnected();
    }

    /**
     * Has something run once the connection to the holder has ended, by the holder's death or by {@link #close()}; at
     * once if it has ended. It runs on the lease's own thread and must be short.
     */
    public void onDisconnect(Runnable action) {
        monitor.onDisconnect(action);
    }

    /**
     * Gives the lease back, waits until the holder has counted it out, and closes it.
     *
     * @param limit how long the holder may take
     * @return whether the holder confirmed; if not, the connection's end tells it the same
     */
    public boolean release(Duration limit) {
        try {
            return monitor.isConnected() && monitor.release(connection, limit);
        } finally {
            close();
        }
    }

    /** Ends the lease and closes lock and descriptors; further calls do nothing. */
    @Override
    public void close() {
        try (AdvisoryLock releasedSecond = lock) {
            descriptors.forEach(OwnedDescriptor::close);
        } finally {
            connection.close();
        }
    }
}
