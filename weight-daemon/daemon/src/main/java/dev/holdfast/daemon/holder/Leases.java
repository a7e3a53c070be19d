package dev.holdfast.daemon.holder;

import dev.holdfast.daemon.state.StateDirectory;
import dev.holdfast.daemon.state.StateLayout;
import dev.holdfast.memory.AdvisoryLock;
import dev.holdfast.memory.ArenaKind;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.protocol.BuildInfo;
import dev.holdfast.protocol.LeaseRequest;
import dev.holdfast.protocol.RefusalCode;
import dev.holdfast.protocol.RuntimeIdentity;
import dev.holdfast.protocol.VersionSelector;
import dev.holdfast.protocol.VersionState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Grants leases and ends them. Thread-safe; works under the version table's lock. */
final class Leases {
    /** A process takes the build of the first holder that it meets, and keeps it. */
    private static final String REMEDY = "start the worker anew, of the holder's release and without a"
            + " -Dholdfast.onnxruntime.path of its own, so that it takes the holder's build";

    private final VersionTable table;
    private final Retirement retirement;
    private final StateDirectory directory;
    private final InstantSource clock;
    private final AtomicLong lastId = new AtomicLong();
    private volatile boolean stopping;

    Leases(VersionTable table, Retirement retirement, StateDirectory directory, InstantSource clock) {
        this.table = table;
        this.retirement = retirement;
        this.directory = directory;
        this.clock = clock;
    }

    /** How many leases this holder has granted. */
    long granted() {
        return lastId.get();
    }

    /** Ends every wait; no lease is granted from here on. */
    void stop() {
        stopping = true;
        table.run(() -> table.changed().signalAll());
    }

    /**
     * Waits, as long as the request says, for a version that can be leased, and leases it.
     *
     * @return the caller closes it once it is sent, and ends its lease when the connection is gone
     * @throws Refusal if no such version is published in that time, or the worker could not use it
     */
    Grant lease(LeaseRequest request, Peer peer) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(request.waitMillis());
        return table.locked(() -> {
            while (true) {
                requireRunning();
                find(request.model(), request.selector()).ifPresent(retirement::noticeLoss);
                Optional<VersionEntry> candidate = find(request.model(), request.selector());
                if (candidate
                        .filter(entry -> entry.state() == VersionState.PUBLISHED)
                        .isPresent()) {
                    request.runtime().ifPresent(runtime -> checkRuntime(candidate.get(), runtime));
                    return grant(candidate.get(), peer);
                }
                candidate.ifPresent(Leases::refuseLeaving);
                if (!awaitChange(deadline)) {
                    throw unavailable(request, candidate);
                }
            }
        });
    }

    private void requireRunning() {
        if (stopping) {
            throw new Refusal(RefusalCode.STOPPING, "the holder is stopping; leases already open stay usable");
        }
    }

    private Optional<VersionEntry> find(String model, VersionSelector selector) {
        return table.model(model).flatMap(versions -> switch (selector.kind()) {
            // What was lost may be being loaded anew.
            case ACTIVE -> versions.active().map(VersionEntry::version).flatMap(versions::entry);
            case HIGHEST -> versions.highest();
            case EXACT -> versions.entry(selector.version());
        });
    }

    private static void refuseLeaving(VersionEntry entry) {
        if (entry.state() == VersionState.CORRUPT) {
            throw new Refusal(RefusalCode.CORRUPT, entry + " is corrupt and grants no leases; load another version");
        }
        if (entry.state() == VersionState.LOST) {
            throw new Refusal(RefusalCode.LEASE_UNAVAILABLE, entry + " is lost: " + entry.reason());
        }
        if (entry.state() == VersionState.DRAINING) {
            throw new Refusal(RefusalCode.VERSION_NOT_FOUND, entry + " is draining and grants no new leases");
        }
    }

    /** Returns false if the time is over. */
    @SuppressWarnings("WaitNotInLoop") // The caller is the loop.
    private boolean awaitChange(long deadline) {
        long remaining = deadline - System.nanoTime();
        if (remaining <= 0) {
            return false;
        }
        try {
            // Whether it was a signal or the time, the caller looks again and comes back here.
            return table.changed().awaitNanos(remaining) <= remaining;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Refusal(RefusalCode.STOPPING, "the holder is stopping", e);
        }
    }

    private static Refusal unavailable(LeaseRequest request, Optional<VersionEntry> candidate) {
        String state = candidate
                .map(entry -> entry + " is still " + VersionTable.name(entry.state()))
                .orElse("no " + request.selector() + " of model '" + request.model() + "' is loaded; `holdfast load "
                        + request.model() + "` loads it");
        return new Refusal(RefusalCode.LEASE_UNAVAILABLE, state + " (waited " + request.waitMillis() + " ms)");
    }

    /** Another ONNX Runtime may not read this graph; prepacked weights for another CPU give wrong numbers silently. */
    private static void checkRuntime(VersionEntry entry, RuntimeIdentity runtime) {
        BuildInfo build = entry.manifest().build();
        if (!build.runtimeVersion().equals(runtime.runtimeVersion())) {
            throw new Refusal(
                    RefusalCode.RUNTIME_MISMATCH,
                    entry + " was built with ONNX Runtime " + build.runtimeVersion() + ", this worker has "
                            + runtime.runtimeVersion() + "; " + REMEDY + ", or load the version again");
        }
        requireDevice(entry, build, runtime);
        boolean sameCpu = build.architecture().equals(runtime.architecture())
                && build.cpuFeatures().equals(runtime.cpuFeatures());
        if (entry.layout() == ArenaLayout.PACKED && !sameCpu) {
            throw new Refusal(
                    RefusalCode.RUNTIME_MISMATCH,
                    entry + " has weights packed for another CPU (" + build.architecture()
                            + "); unload it and load it again on this machine");
        }
    }

    private static void requireDevice(VersionEntry entry, BuildInfo build, RuntimeIdentity runtime) {
        if (!runtime.executionProviders().contains(build.executionProvider())) {
            throw new Refusal(
                    RefusalCode.RUNTIME_MISMATCH,
                    entry + " was optimised for " + build.executionProvider() + ", this worker's ONNX Runtime has only "
                            + runtime.executionProviders() + "; " + REMEDY + ", or load the version on the CPU");
        }
        String device = entry.placement().device();
        if (entry.placement().kind() != ArenaKind.HOST && !runtime.devices().contains(device)) {
            throw new Refusal(
                    RefusalCode.RUNTIME_MISMATCH,
                    entry + " is on device " + device + ", and this worker sees only " + runtime.devices()
                            + "; let it see that device (CUDA_VISIBLE_DEVICES, the container's devices, the driver)");
        }
    }

    /**
     * Leases a version that a worker brings back.
     *
     * @throws Refusal if it is not published
     */
    Grant regrant(VersionEntry entry, Peer peer) {
        return table.locked(() -> {
            requireRunning();
            refuseLeaving(entry);
            if (entry.state() != VersionState.PUBLISHED) {
                throw new Refusal(
                        RefusalCode.LEASE_UNAVAILABLE,
                        entry + " is " + VersionTable.name(entry.state()) + "; offer it again");
            }
            return grant(entry, peer);
        });
    }

    /**
     * Counts the lease of a worker that comes back with a version on its way out.
     *
     * @param brought what the worker has of it, which goes back to it and stays the caller's
     * @throws Refusal if it is not on its way out, nobody has it, or a process that lives owns it: that offers it as well, to
     *     be refused, and is not to be told from its workers
     */
    Grant renew(VersionEntry entry, Optional<HeldMemory> brought, Peer peer) {
        return table.locked(() -> {
            requireRunning();
            boolean owned = brought.filter(HeldMemory::hasLivingOwner).isPresent();
            if (!entry.isLeaving() || owned || !directory.isLeased(entry.requireDigest())) {
                refuseLeaving(entry);
                throw new Refusal(RefusalCode.VERSION_NOT_FOUND, entry + " is retired");
            }
            return grant(entry, peer, brought);
        });
    }

    private Grant grant(VersionEntry entry, Peer peer) {
        return grant(entry, peer, entry.memory());
    }

    private Grant grant(VersionEntry entry, Peer peer, Optional<HeldMemory> memory) {
        Path files = directory.layout().version(entry.requireDigest());
        AdvisoryLock lock = lockShared(files.resolve(StateLayout.WEIGHTS));
        OpenLease lease = new OpenLease(lastId.incrementAndGet(), entry, peer, clock.instant());
        entry.addLease(lease);
        return new Grant(lease, entry.manifest(), files, directory.layout().counter(entry.model()), lock, memory);
    }

    /** The exclusive lock is only ever tried under the table's lock, so this can't fail but by damage from outside. */
    private static AdvisoryLock lockShared(Path weights) {
        try {
            return AdvisoryLock.trySharedOn(weights)
                    .orElseThrow(() -> new Refusal(
                            RefusalCode.STORAGE_FAILED,
                            weights + " is locked exclusively by another process; find it with `fuser` and stop it"));
        } catch (IOException e) {
            throw new Refusal(RefusalCode.STORAGE_FAILED, weights + " can't be locked: " + e, e);
        }
    }

    /** The connection is gone or gave the lease back; frees a version that waited for this. */
    void end(OpenLease lease) {
        table.run(() -> {
            lease.entry().removeLease(lease);
            retirement.sweep(lease.entry());
        });
    }
}
