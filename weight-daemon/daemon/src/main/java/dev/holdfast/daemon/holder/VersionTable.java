package dev.holdfast.daemon.holder;

import dev.holdfast.daemon.journal.Journal;
import dev.holdfast.daemon.journal.JournalException;
import dev.holdfast.daemon.journal.JournalRecord;
import dev.holdfast.daemon.state.StateDirectory;
import dev.holdfast.daemon.state.StateDirectoryException;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.memory.ContentDigest;
import dev.holdfast.memory.WeightArena;
import dev.holdfast.protocol.EventType;
import dev.holdfast.protocol.Manifest;
import dev.holdfast.protocol.ModelListing;
import dev.holdfast.protocol.RefusalCode;
import dev.holdfast.protocol.VersionPolicy;
import dev.holdfast.protocol.VersionState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every version the holder has and the transitions between their states; the one place where they change.
 *
 * <p>All state is guarded by one lock. What is asked for is journalled first, so that it can be refused, then made, then
 * told as an event; what follows from it (policy, pointer, retirement) is made and then recorded. Thread-safe; methods
 * that need the lock held already say so.
 */
final class VersionTable {
    private static final Logger LOG = LoggerFactory.getLogger(VersionTable.class);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<String, ModelVersions> models = new TreeMap<>();
    private final StateDirectory directory;
    private final Journal journal;
    private final EventLog events;
    private final Counters counters;
    private final MemoryBudget budget;
    private final InstantSource clock;
    private boolean closed;

    VersionTable(
            StateDirectory directory,
            Journal journal,
            EventLog events,
            Counters counters,
            MemoryBudget budget,
            InstantSource clock) {
        this.directory = directory;
        this.journal = journal;
        this.events = events;
        this.counters = counters;
        this.budget = budget;
        this.clock = clock;
    }

    /** Runs an action with the lock held. */
    <T> T locked(Supplier<T> action) {
        lock.lock();
        try {
            requireOpen();
            return action.get();
        } finally {
            lock.unlock();
        }
    }

    /** Runs an action with the lock held. */
    void run(Runnable action) {
        lock.lock();
        try {
            requireOpen();
            action.run();
        } finally {
            lock.unlock();
        }
    }

    /** The state directory may be another holder's by now: a thread that is late must not touch it. */
    private void requireOpen() {
        if (closed) {
            throw new Refusal(RefusalCode.STOPPING, "the holder has stopped");
        }
    }

    /** Signalled at every change of a version's state; used with the lock held. */
    Condition changed() {
        return changed;
    }

    /** With the lock held. */
    Optional<ModelVersions> model(String name) {
        return Optional.ofNullable(models.get(name));
    }

    /** With the lock held. */
    Optional<VersionEntry> entry(String model, long version) {
        return model(model).flatMap(versions -> versions.entry(version));
    }

    /** With the lock held. */
    List<VersionEntry> allEntries() {
        return models.values().stream()
                .flatMap(model -> model.entries().stream())
                .toList();
    }

    /** With the lock held. @throws Refusal if the model or the version is not in the table */
    VersionEntry requireEntry(String model, long version) {
        return requireModel(model)
                .entry(version)
                .orElseThrow(() -> new Refusal(
                        RefusalCode.VERSION_NOT_FOUND,
                        "version " + version + " of model '" + model
                                + "' is not loaded; `holdfast status` lists what is, " + "`holdfast load " + model + ":"
                                + version + "` loads it"));
    }

    /** With the lock held. @throws Refusal if no version of the model is in the table */
    ModelVersions requireModel(String model) {
        return model(model)
                .orElseThrow(() -> new Refusal(
                        RefusalCode.MODEL_NOT_FOUND,
                        "no version of model '" + model + "' is loaded; `holdfast load " + model + "` loads it"));
    }

    /** Everything there is, for list and status; also of a table that is closed, which changes nothing. */
    List<ModelListing> listings() {
        lock.lock();
        try {
            return models.values().stream()
                    .map(model -> model.listing(clock.instant()))
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    /** For changes that are refused if they can't be recorded. */
    Journal journal() {
        return journal;
    }

    /**
     * Enters a version as LOADING.
     *
     * @throws Refusal if it is there already in any state, or the policy would drop it at once
     */
    VersionEntry beginLoad(String model, long version, VersionPolicy policy, boolean pin, ArenaLayout layout) {
        return locked(() -> {
            entry(model, version).ifPresent(VersionTable::refuseSecondLoad);
            ModelVersions versions = models.computeIfAbsent(model, ModelVersions::new);
            if (!pin && !versions.wouldKeep(version, policy)) {
                removeIfEmpty(versions);
                throw new Refusal(
                        RefusalCode.BAD_REQUEST,
                        "version_policy (" + policy + ") of model '" + model + "' does not select version " + version
                                + " beside those that serve; load it with --pin or change config.pbtxt");
            }
            VersionEntry entry = new VersionEntry(model, version, VersionState.LOADING, layout);
            entry.setPinned(pin);
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
                        entry + " is " + name(entry.state()) + " and still leased by "
                                + (entry.isLeased() ? entry.lessees() : "a process that has not reconnected yet")
                                + "; a second copy is not loaded beside it");
            case RETIRED -> throw new IllegalStateException(entry + " is retired but still in the table");
        }
    }

    /** A state as messages write it. */
    static String name(VersionState state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    /** @throws Refusal if the bytes do not fit the budget; nothing changes then */
    void reserve(VersionEntry entry, long bytes) {
        run(() -> {
            budget.check(entry, bytes, allEntries());
            entry.reserve(bytes);
        });
    }

    /** Ends a load that came to nothing and frees its reservation. */
    void loadFailed(VersionEntry entry, String reason) {
        run(() -> {
            entry.become(VersionState.RETIRED);
            forget(entry);
            events.push(EventType.LOAD_FAILED, entry.model(), entry.version(), reason);
        });
    }

    /**
     * Makes a loaded version leasable: journal, one rename, state, pointer, policy.
     *
     * @param finished the loader's directory with graph, weights and manifest
     * @param arena held by a descriptor, if its kind is; owned by the table once this returns normally
     * @throws Refusal if it can't be made durable; the entry is still LOADING then
     * @throws JournalException likewise
     */
    void publish(
            VersionEntry entry, Manifest manifest, ContentDigest digest, Optional<WeightArena> arena, Path finished) {
        run(() -> {
            ensureCounter(entry.model());
            recordPublished(entry, manifest, digest);
            moveIntoPlace(digest, finished);
            entry.describe(digest, manifest);
            arena.ifPresent(entry::hold);
            requireModel(entry.model()).setPolicy(manifest.config().versionPolicy());
            becomePublished(entry, "published");
        });
    }

    private void recordPublished(VersionEntry entry, Manifest manifest, ContentDigest digest) {
        JournalRecord published = new JournalRecord.Published(
                digest.hex(), entry.model(), entry.version(), manifest.arena().sizeBytes());
        if (entry.isPinned()) {
            journal.append(published, new JournalRecord.Pinned(entry.model(), entry.version(), true));
        } else {
            journal.append(published);
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
            record(new JournalRecord.Retired(digest.hex()));
            throw new Refusal(RefusalCode.STORAGE_FAILED, Objects.requireNonNull(e.getMessage()), e);
        }
    }

    /**
     * Enters a version of an earlier holder as ADOPTING.
     *
     * @param draining whether it was on its way out already: it is then freed once nobody leases it
     */
    VersionEntry beginAdoption(ContentDigest digest, Manifest manifest, boolean draining, boolean pinned) {
        return locked(() -> {
            VersionEntry entry = new VersionEntry(
                    manifest.model(),
                    manifest.version(),
                    VersionState.ADOPTING,
                    manifest.arena().layout());
            entry.describe(digest, manifest);
            entry.setPinned(pinned);
            ModelVersions versions = models.computeIfAbsent(manifest.model(), ModelVersions::new);
            versions.add(entry);
            if (draining) {
                entry.release();
            } else {
                versions.setPolicy(manifest.config().versionPolicy());
            }
            journal.state().pointer(manifest.model()).ifPresent(pointer -> restore(versions, pointer));
            return entry;
        });
    }

    /** A version that an earlier holder published is gone for good. */
    void forgetAdoption(JournalRecord.Published version) {
        record(new JournalRecord.Retired(version.digest()));
    }

    private static void restore(ModelVersions versions, JournalRecord.Pointer pointer) {
        versions.choose(pointer.chosen() ? pointer.active() : Optional.empty());
        versions.setPrevious(pointer.previous());
    }

    /**
     * Makes an adopted version leasable again.
     *
     * @param arena held by a descriptor, if its kind is; owned by the table once this returns normally
     */
    void adopted(VersionEntry entry, Optional<WeightArena> arena) {
        run(() -> {
            ensureCounterIfPossible(entry.model());
            arena.ifPresent(entry::hold);
            becomePublished(entry, "adopted");
        });
    }

    /** Gives up adopting a version; its directory goes as soon as no process leases it. */
    void dropAdoption(VersionEntry entry, String reason) {
        run(() -> {
            LOG.warn("{} is not adopted: {}", entry, reason);
            entry.setReason(reason);
            ModelVersions versions = requireModel(entry.model());
            changingActive(versions, () -> {
                entry.release();
                versions.unchoose(entry);
            });
            retireIfFree(entry);
            drainUnselected(versions);
        });
    }

    /** Gives up adopting a version whose bytes are not what its digest says, and tells so. */
    void dropCorrupt(VersionEntry entry, String reason) {
        run(() -> {
            events.push(EventType.CORRUPT, entry.model(), entry.version(), reason);
            dropAdoption(entry, reason);
        });
    }

    private void becomePublished(VersionEntry entry, String how) {
        ModelVersions versions = requireModel(entry.model());
        changingActive(versions, () -> {
            entry.become(VersionState.PUBLISHED);
            LOG.info("{} {}: {}, {}", entry, how, entry.layout(), ByteSize.format(entry.sizeBytes()));
            events.push(EventType.PUBLISHED, entry.model(), entry.version(), how);
        });
        drainUnselected(versions);
        changed.signalAll();
    }

    /** With the lock held: makes a change and, if another version is active after it, records and tells that. */
    void changingActive(ModelVersions versions, Runnable change) {
        Optional<Long> before = versions.active().map(VersionEntry::version);
        change.run();
        Optional<Long> after = versions.active().map(VersionEntry::version);
        if (before.equals(after)) {
            return;
        }
        if (before.isPresent()) {
            versions.setPrevious(before);
        }
        record(new JournalRecord.Pointer(
                versions.name(), after, versions.chosen().equals(after), versions.previous()));
        after.ifPresent(version -> events.push(EventType.ACTIVATED, versions.name(), version, "active"));
        changed.signalAll();
    }

    /** With the lock held: lets go what policy, pins and choice no longer keep. */
    void drainUnselected(ModelVersions versions) {
        if (versions.isAdopting()) {
            // What the policy selects is known once it is known which versions are still there.
            return;
        }
        for (VersionEntry entry : versions.unselected()) {
            record(new JournalRecord.Draining(entry.requireDigest().hex()));
            drain(entry, "no longer selected by version_policy (" + versions.policy() + ")");
        }
    }

    /** With the lock held: grants no more leases of a published or corrupt version; frees it when none is open. */
    void drain(VersionEntry entry, String why) {
        ModelVersions versions = requireModel(entry.model());
        changingActive(versions, () -> {
            entry.become(VersionState.DRAINING);
            entry.setReason(why);
            versions.unchoose(entry);
            events.push(EventType.DRAINING, entry.model(), entry.version(), why);
        });
        LOG.info(
                "{} is draining: {}; leases open: {}",
                entry,
                why,
                entry.leases().size());
        retireIfFree(entry);
        changed.signalAll();
    }

    /** A published version's bytes are not what its digest says: no new leases, and it drains. */
    void markCorrupt(VersionEntry entry, String reason) {
        run(() -> {
            if (entry.state() != VersionState.PUBLISHED) {
                return;
            }
            LOG.error("{} is corrupt: {}", entry, reason);
            changingActive(requireModel(entry.model()), () -> {
                entry.become(VersionState.CORRUPT);
                entry.setReason(reason);
                events.push(EventType.CORRUPT, entry.model(), entry.version(), reason);
            });
            record(new JournalRecord.Draining(entry.requireDigest().hex()));
            proceed(entry);
        });
    }

    /** With the lock held: takes a version the next step of its way out, if nothing holds it back. */
    void proceed(VersionEntry entry) {
        if (entry.state() == VersionState.CORRUPT && !entry.isLeased()) {
            drain(entry, "corrupt");
        } else {
            retireIfFree(entry);
        }
    }

    private void retireIfFree(VersionEntry entry) {
        boolean leaving = entry.state() == VersionState.DRAINING
                || (entry.state() == VersionState.ADOPTING && !entry.isServing());
        if (!leaving || entry.isLeased() || !removeFiles(entry)) {
            return;
        }
        entry.closeArena();
        entry.become(VersionState.RETIRED);
        forget(entry);
        record(new JournalRecord.Retired(entry.requireDigest().hex()));
        LOG.info("{} is retired; {} freed", entry, ByteSize.format(entry.sizeBytes()));
        events.push(EventType.RETIRED, entry.model(), entry.version(), "retired");
    }

    private boolean removeFiles(VersionEntry entry) {
        try {
            return directory.retire(entry.requireDigest());
        } catch (StateDirectoryException e) {
            // Tried again at every sweep; the reason shows in the status meanwhile, and once in the log.
            if (entry.setReason(Objects.requireNonNull(e.getMessage()))) {
                LOG.error("{} can't be removed", entry, e);
            }
            return false;
        }
    }

    private void forget(VersionEntry entry) {
        ModelVersions versions = requireModel(entry.model());
        versions.remove(entry);
        removeIfEmpty(versions);
        changed.signalAll();
    }

    private void removeIfEmpty(ModelVersions versions) {
        if (versions.entries().isEmpty()) {
            models.remove(versions.name());
        }
    }

    /** Retries what waited for a lock to be let go; called from time to time. */
    void sweep() {
        run(() -> {
            for (VersionEntry entry : allEntries()) {
                try {
                    sweep(entry);
                } catch (StateDirectoryException e) {
                    // The others must not wait for this one.
                    LOG.error("{} can't be looked after: {}", entry, e.getMessage());
                }
            }
        });
    }

    private void sweep(VersionEntry entry) {
        if (isAbandoned(entry)) {
            dropAdoption(entry, "no process has its bytes any more");
        } else {
            proceed(entry);
        }
    }

    /** A version whose bytes only its workers had, and the last of them is gone. */
    private boolean isAbandoned(VersionEntry entry) {
        return entry.state() == VersionState.ADOPTING
                && entry.isServing()
                && entry.layout() != ArenaLayout.PACKED
                && !directory.isLeased(entry.requireDigest());
    }

    /**
     * Records what has already been decided and can't be refused any more. Losing such a record costs little: a version
     * thought to be there is dropped at the next start, one thought to be kept is drained again.
     */
    private void record(JournalRecord change) {
        try {
            journal.append(change);
        } catch (JournalException e) {
            LOG.error("{} takes effect but could not be recorded: {}", change, e.getMessage());
        }
    }

    /** Lets go of every descriptor, at the holder's end. */
    void close() {
        run(() -> {
            closed = true;
            allEntries().forEach(VersionEntry::closeArena);
        });
    }
}
