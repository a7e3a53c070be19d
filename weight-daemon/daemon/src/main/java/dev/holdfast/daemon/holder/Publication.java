package dev.holdfast.daemon.holder;

import dev.holdfast.daemon.journal.JournalException;
import dev.holdfast.daemon.journal.JournalRecord;
import dev.holdfast.daemon.loader.Placement;
import dev.holdfast.daemon.state.StateDirectory;
import dev.holdfast.daemon.state.StateDirectoryException;
import dev.holdfast.memory.ContentDigest;
import dev.holdfast.protocol.EventType;
import dev.holdfast.protocol.Manifest;
import dev.holdfast.protocol.RefusalCode;
import dev.holdfast.protocol.VersionPolicy;
import dev.holdfast.protocol.VersionState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A version's way into the table: loaded by a loader, or adopted from an earlier holder, and then leasable. Thread-safe;
 * works under the table's lock.
 */
final class Publication {
    private static final Logger LOG = LoggerFactory.getLogger(Publication.class);

    private final VersionTable table;
    private final Retirement retirement;
    private final StateDirectory directory;
    private final Counters counters;
    private final MemoryBudget budget;
    private final EventLog events;
    // Counted under the table's lock, so that nobody sees a version published that is not counted yet.
    private long loaded;
    private long adopted;

    Publication(
            VersionTable table,
            Retirement retirement,
            StateDirectory directory,
            Counters counters,
            MemoryBudget budget,
            EventLog events) {
        this.table = table;
        this.retirement = retirement;
        this.directory = directory;
        this.counters = counters;
        this.budget = budget;
        this.events = events;
    }

    /** With the lock held: how many versions this holder has loaded. */
    long loaded() {
        return loaded;
    }

    /** With the lock held: how many versions this holder has adopted. */
    long adopted() {
        return adopted;
    }

    /**
     * Enters a version as LOADING; beside what was lost of it, whose pin it takes over.
     *
     * @throws Refusal if it is there already in any other state, or the policy would drop it at once
     */
    VersionEntry beginLoad(String model, long version, VersionPolicy policy, boolean pin, Placement placement) {
        return table.locked(() -> {
            // The last who had it may be gone without anybody having looked since.
            table.entry(model, version).ifPresent(retirement::sweep);
            Optional<VersionEntry> former = table.entry(model, version);
            former.ifPresent(Publication::refuseSecondLoad);
            boolean pinned = pin || former.filter(VersionEntry::isPinned).isPresent();
            ModelVersions versions = table.enterModel(model);
            if (!pinned && !versions.wouldKeep(version, policy)) {
                table.removeIfEmpty(versions);
                throw new Refusal(
                        RefusalCode.BAD_REQUEST,
                        "version_policy (" + policy + ") of model '" + model + "' does not select version " + version
                                + " beside those that serve; load it with --pin or change config.pbtxt");
            }
            VersionEntry entry = new VersionEntry(model, version, VersionState.LOADING, placement);
            entry.setPinned(pinned);
            versions.add(entry);
            events.push(EventType.LOADING, model, version, "loading");
            return entry;
        });
    }

    private static void refuseSecondLoad(VersionEntry entry) {
        switch (entry.state()) {
            case LOADING -> throw new Refusal(RefusalCode.ALREADY_LOADING, entry + " is being loaded already");
            case PUBLISHED -> throw new Refusal(RefusalCode.BAD_REQUEST, entry + " is published already");
            case ADOPTING, DRAINING, CORRUPT ->
                throw new Refusal(
                        entry.isServing() ? RefusalCode.ALREADY_LOADING : RefusalCode.LEASE_UNAVAILABLE,
                        entry + " is " + VersionTable.name(entry.state()) + " and still leased by "
                                + (entry.isLeased() ? entry.lessees() : "a process that has not reconnected yet")
                                + "; a second copy is not loaded beside it");
            case LOST -> LOG.info("{} is loaded anew, beside what was lost of it", entry);
            case RETIRED -> throw new IllegalStateException(entry + " is retired but still in the table");
        }
    }

    /** @throws Refusal if the bytes do not fit the budget; nothing changes then */
    void reserve(VersionEntry entry, long bytes) {
        table.run(() -> {
            budget.check(entry, bytes, table.allEntries());
            entry.reserve(bytes);
        });
    }

    /** Ends a load that came to nothing and frees its reservation. */
    void loadFailed(VersionEntry entry, String reason) {
        table.run(() -> {
            entry.become(VersionState.RETIRED);
            table.forget(entry);
            events.push(EventType.LOAD_FAILED, entry.model(), entry.version(), reason);
        });
    }

    /**
     * Makes a loaded version leasable: journal, one rename, state, pointer, policy.
     *
     * @param finished the loader's directory with graph, weights and manifest
     * @param memory what descriptors hold of it, if they do; owned by the table once this returns normally
     * @throws Refusal if it can't be made durable; the entry is still LOADING then
     * @throws JournalException likewise
     */
    void publish(
            VersionEntry entry, Manifest manifest, ContentDigest digest, Optional<HeldMemory> memory, Path finished) {
        table.run(() -> {
            ensureCounter(entry.model());
            recordPublished(entry, manifest, digest);
            moveIntoPlace(digest, finished);
            entry.describe(digest, manifest);
            memory.ifPresent(entry::hold);
            table.requireModel(entry.model()).setPolicy(manifest.config().versionPolicy());
            becomePublished(entry, "published");
            loaded++;
        });
    }

    private void recordPublished(VersionEntry entry, Manifest manifest, ContentDigest digest) {
        JournalRecord published = new JournalRecord.Published(
                digest.hex(), entry.model(), entry.version(), manifest.arena().sizeBytes());
        if (entry.isPinned()) {
            table.journal().append(published, new JournalRecord.Pinned(entry.model(), entry.version(), true));
        } else {
            table.journal().append(published);
        }
    }

    private void ensureCounter(String model) {
        try {
            counters.ensure(model);
        } catch (IOException e) {
            throw new Refusal(
                    RefusalCode.STORAGE_FAILED, "the counter of model '" + model + "' can't be made: " + e, e);
        }
    }

    /** A version that serves is worth more than its counter, which workers then miss and say so. */
    private void ensureCounterIfPossible(String model) {
        try {
            counters.ensure(model);
        } catch (IOException e) {
            LOG.error("the counter of model '{}' can't be made; its versions serve without", model, e);
        }
    }

    private void moveIntoPlace(ContentDigest digest, Path finished) {
        try {
            directory.publish(finished, digest);
        } catch (StateDirectoryException e) {
            table.record(new JournalRecord.Retired(digest.hex()));
            throw new Refusal(RefusalCode.STORAGE_FAILED, Objects.requireNonNull(e.getMessage()), e);
        }
    }

    /**
     * Enters a version of an earlier holder.
     *
     * @param state ADOPTING, or what it was on its way out: DRAINING or LOST
     */
    VersionEntry beginAdoption(ContentDigest digest, Manifest manifest, VersionState state, boolean pinned) {
        return table.locked(() -> {
            VersionEntry entry =
                    new VersionEntry(manifest.model(), manifest.version(), state, Placement.of(manifest.arena()));
            entry.describe(digest, manifest);
            entry.setPinned(pinned);
            ModelVersions versions = table.enterModel(manifest.model());
            versions.entry(manifest.version()).ifPresent(Publication::giveWay);
            versions.add(entry);
            switch (state) {
                case DRAINING -> entry.setReason("it was draining when this holder started");
                case LOST -> entry.setReason(Retirement.reasonOfLoss(entry));
                default -> versions.setPolicy(manifest.config().versionPolicy());
            }
            table.journal().state().pointer(manifest.model()).ifPresent(pointer -> restore(versions, pointer));
            return entry;
        });
    }

    /** Of two copies, only the later serves; that the earlier was lost or draining may not have been recorded. */
    private static void giveWay(VersionEntry earlier) {
        if (earlier.state() == VersionState.ADOPTING) {
            earlier.become(VersionState.DRAINING);
            earlier.setReason("another copy of it was published after it");
        }
    }

    /** A version that an earlier holder published is gone for good. */
    void forgetAdoption(JournalRecord.Published version) {
        table.record(new JournalRecord.Retired(version.digest()));
    }

    private static void restore(ModelVersions versions, JournalRecord.Pointer pointer) {
        versions.choose(pointer.chosen() ? pointer.active() : Optional.empty());
        versions.setPrevious(pointer.previous());
    }

    /**
     * Makes an adopted version leasable again.
     *
     * @param memory what descriptors hold of it, if they do; owned by the table once this returns normally
     */
    void adopted(VersionEntry entry, Optional<HeldMemory> memory) {
        table.run(() -> {
            ensureCounterIfPossible(entry.model());
            memory.ifPresent(entry::hold);
            becomePublished(entry, "adopted");
            adopted++;
        });
    }

    private void becomePublished(VersionEntry entry, String how) {
        ModelVersions versions = table.requireModel(entry.model());
        table.changingActive(versions, () -> {
            entry.become(VersionState.PUBLISHED);
            LOG.info("{} {}: {}, {}", entry, how, entry.placement(), ByteSize.format(entry.sizeBytes()));
            events.push(EventType.PUBLISHED, entry.model(), entry.version(), how);
        });
        retirement.drainUnselected(versions);
        table.changed().signalAll();
    }
}
