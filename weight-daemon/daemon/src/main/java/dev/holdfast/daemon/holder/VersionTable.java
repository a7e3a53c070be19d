package dev.holdfast.daemon.holder;

import dev.holdfast.daemon.journal.Journal;
import dev.holdfast.daemon.journal.JournalException;
import dev.holdfast.daemon.journal.JournalRecord;
import dev.holdfast.protocol.EventType;
import dev.holdfast.protocol.ModelListing;
import dev.holdfast.protocol.RefusalCode;
import dev.holdfast.protocol.VersionState;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every version the holder has, by model and number, and which of a model's versions is active.
 *
 * <p>All state of the holder's versions is guarded by this table's lock. {@link Publication} brings versions in,
 * {@link Retirement} takes them out. What is asked for is journalled first, so that it can be refused, then made, then told
 * as an event; what follows from it (policy, pointer, retirement) is made and then recorded. Thread-safe; methods that need
 * the lock held already say so.
 */
final class VersionTable {
    private static final Logger LOG = LoggerFactory.getLogger(VersionTable.class);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<String, ModelVersions> models = new TreeMap<>();
    private final Journal journal;
    private final EventLog events;
    private final InstantSource clock;
    private boolean closed;

    VersionTable(Journal journal, EventLog events, InstantSource clock) {
        this.journal = journal;
        this.events = events;
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

    /** See {@link ModelVersions#listing}. */
    List<ModelListing> listings() {
        return listings(ModelVersions::listing);
    }

    /** See {@link ModelVersions#fullListing}. */
    List<ModelListing> fullListings() {
        return listings(ModelVersions::fullListing);
    }

    /** Also of a table that is closed, which changes nothing. */
    private List<ModelListing> listings(BiFunction<ModelVersions, Instant, ModelListing> listing) {
        lock.lock();
        try {
            return models.values().stream()
                    .map(model -> listing.apply(model, clock.instant()))
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    /** For changes that are refused if they can't be recorded. */
    Journal journal() {
        return journal;
    }

    /** With the lock held: the model of that name, from now on if need be. */
    ModelVersions enterModel(String name) {
        return models.computeIfAbsent(name, ModelVersions::new);
    }

    /** With the lock held: takes a retired version out. */
    void forget(VersionEntry entry) {
        ModelVersions versions = requireModel(entry.model());
        versions.remove(entry);
        removeIfEmpty(versions);
        changed.signalAll();
    }

    /** With the lock held: takes a model without versions out. */
    void removeIfEmpty(ModelVersions versions) {
        if (versions.entries().isEmpty()) {
            models.remove(versions.name());
        }
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

    /**
     * Records what has already been decided and can't be refused any more. Losing such a record costs little: a version
     * thought to be there is dropped at the next start, one thought to be kept is drained again.
     */
    void record(JournalRecord change) {
        try {
            journal.append(change);
        } catch (JournalException e) {
            LOG.error("{} takes effect but could not be recorded: {}", change, e.getMessage());
        }
    }

    /** A state as messages write it. */
    static String name(VersionState state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    /** Lets go of every descriptor, at the holder's end. */
    void close() {
        run(() -> {
            closed = true;
            allEntries().forEach(VersionEntry::closeMemory);
        });
    }
}
