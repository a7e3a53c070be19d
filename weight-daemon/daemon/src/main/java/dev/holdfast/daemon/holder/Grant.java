package dev.holdfast.daemon.holder;

import dev.holdfast.memory.AdvisoryLock;
import dev.holdfast.memory.OwnedDescriptor;
import dev.holdfast.protocol.Granted;
import dev.holdfast.protocol.Manifest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A lease on its way to its worker, with the locked descriptor that goes along.
 *
 * <p>Closing it closes the holder's copy of the lock; the copy that was sent keeps the lock held in the worker.
 *
 * @param lease already counted
 * @param manifest of its version
 * @param files the version's directory
 * @param counter the model's shared counter
 * @param lock shared lock on the version's {@code weights}; owned by this grant
 * @param memory what descriptors hold of it; owned by the version's entry, or by the offer of it
 */
record Grant(
        OpenLease lease, Manifest manifest, Path files, Path counter, AdvisoryLock lock, Optional<HeldMemory> memory)
        implements AutoCloseable {
    Granted message(long lastEvent) {
        return new Granted(lease.id(), manifest, files.toString(), counter.toString(), lastEvent);
    }

    /** Lock first, then what the version travels by; all stay owned by their owners. */
    List<OwnedDescriptor> descriptors() {
        List<OwnedDescriptor> descriptors = new ArrayList<>();
        descriptors.add(lock.descriptor());
        memory.ifPresent(held -> descriptors.addAll(held.descriptors()));
        return descriptors;
    }

    @Override
    public void close() {
        lock.close();
    }
}
