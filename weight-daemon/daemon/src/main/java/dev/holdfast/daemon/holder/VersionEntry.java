package dev.holdfast.daemon.holder;

import dev.holdfast.daemon.loader.Placement;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.memory.ContentDigest;
import dev.holdfast.protocol.Manifest;
import dev.holdfast.protocol.VersionState;
import dev.holdfast.protocol.VersionSummary;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One version of a model in the holder's table. Guarded by the table's lock; owns what of the version descriptors
 * hold.
 */
final class VersionEntry {
    private final String model;
    private final long version;
    private final Map<Long, OpenLease> leases = new LinkedHashMap<>();
    private VersionState state;
    private Placement placement;
    private long sizeBytes;
    private boolean pinned;
    private @Nullable ContentDigest digest;
    private @Nullable Manifest manifest;
    private @Nullable HeldMemory memory;
    private @Nullable String reason;

    VersionEntry(String model, long version, VersionState initial, Placement placement) {
        this.model = model;
        this.version = version;
        this.state = initial;
        this.placement = placement;
    }

    String model() {
        return model;
    }

    long version() {
        return version;
    }

    VersionState state() {
        return state;
    }

    /** @throws IllegalStateException if the state table has no such transition */
    void become(VersionState next) {
        state = state.checkedNext(next);
    }

    /** Whether it serves, or will as soon as it is adopted. */
    boolean isServing() {
        return state == VersionState.PUBLISHED || state == VersionState.ADOPTING;
    }

    /** Whether it grants no more leases but may still have some. */
    boolean isLeaving() {
        return state == VersionState.DRAINING || state == VersionState.CORRUPT || state == VersionState.LOST;
    }

    /** States what it is; the arena is given later, when there is one. */
    void describe(ContentDigest newDigest, Manifest newManifest) {
        digest = newDigest;
        manifest = newManifest;
        placement = Placement.of(newManifest.arena());
        sizeBytes = newManifest.arena().sizeBytes();
    }

    /** Takes ownership of what descriptors hold. */
    void hold(HeldMemory newMemory) {
        memory = newMemory;
    }

    Optional<HeldMemory> memory() {
        return Optional.ofNullable(memory);
    }

    Optional<ContentDigest> digest() {
        return Optional.ofNullable(digest);
    }

    /** @throws IllegalStateException while it is still loading */
    ContentDigest requireDigest() {
        return digest().orElseThrow(() -> new IllegalStateException(this + " has no digest yet"));
    }

    /** @throws IllegalStateException while it is still loading */
    Manifest manifest() {
        if (manifest == null) {
            throw new IllegalStateException(this + " has no manifest yet");
        }
        return manifest;
    }

    /** Where its bytes are, or will be. */
    Placement placement() {
        return placement;
    }

    ArenaLayout layout() {
        return placement.layout();
    }

    /** What it counts against the budget: its arena, or while it loads, its reservation. */
    long sizeBytes() {
        return sizeBytes;
    }

    void reserve(long bytes) {
        sizeBytes = bytes;
    }

    boolean isPinned() {
        return pinned;
    }

    void setPinned(boolean value) {
        pinned = value;
    }

    /** Why it is as it is; empty if that is plain. */
    String reason() {
        return reason == null ? "" : reason;
    }

    /** Says why it is as it is. Returns whether that is news. */
    boolean setReason(String text) {
        boolean news = !text.equals(reason);
        reason = text;
        return news;
    }

    void addLease(OpenLease lease) {
        leases.put(lease.id(), lease);
    }

    void removeLease(OpenLease lease) {
        leases.remove(lease.id());
    }

    boolean isLeased() {
        return !leases.isEmpty();
    }

    /** Whether it waits for nothing but the end of the process that owns its memory, as far as is known. */
    boolean isWithOwnerAlone() {
        return state == VersionState.DRAINING && placement.isOwnedByProcess() && !isLeased();
    }

    Collection<OpenLease> leases() {
        return List.copyOf(leases.values());
    }

    /** Who leases it, for messages: each process by pid, uid and command. */
    String lessees() {
        return leases.values().stream()
                .map(lease -> lease.peer().toString())
                .distinct()
                .collect(Collectors.joining(", "));
    }

    /** Lets go of what descriptors hold. */
    void closeMemory() {
        if (memory != null) {
            memory.close();
            memory = null;
        }
    }

    VersionSummary summary(Instant now) {
        return new VersionSummary(
                version,
                state,
                digest(),
                placement.kind(),
                placement.layout(),
                placement.device(),
                sizeBytes,
                pinned,
                Optional.ofNullable(reason),
                leases.values().stream().map(lease -> lease.summary(now)).toList());
    }

    @Override
    public String toString() {
        return "version " + version + " of model '" + model + "'";
    }
}
