package dev.holdfast.daemon.holder;

import dev.holdfast.daemon.journal.JournalRecord;
import dev.holdfast.daemon.state.StateDirectory;
import dev.holdfast.daemon.state.StateDirectoryException;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.protocol.EventType;
import dev.holdfast.protocol.VersionState;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A version's way out of the table: what is no longer selected, wanted, or right is granted no new leases, and freed once
 * nobody has it. Thread-safe; works under the table's lock.
 */
final class Retirement {
    private static final Logger LOG = LoggerFactory.getLogger(Retirement.class);

    private final VersionTable table;
    private final StateDirectory directory;
    private final EventLog events;

    Retirement(VersionTable table, StateDirectory directory, EventLog events) {
        this.table = table;
        this.directory = directory;
        this.events = events;
    }

    /** With the lock held: lets go what policy, pins and choice no longer keep. */
    void drainUnselected(ModelVersions versions) {
        if (versions.isAdopting()) {
            // What the policy selects is known once it is known which versions are still there.
            return;
        }
        for (VersionEntry entry : versions.unselected()) {
            table.record(new JournalRecord.Draining(entry.requireDigest().hex()));
            drain(entry, "no longer selected by version_policy (" + versions.policy() + ")");
        }
    }

    /** With the lock held: grants no more leases of a version; frees it when none is open. */
    void drain(VersionEntry entry, String why) {
        ModelVersions versions = table.requireModel(entry.model());
        table.changingActive(versions, () -> {
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
        table.changed().signalAll();
    }

    /** A published version's bytes are not what its digest says: no new leases, and it drains. */
    void markCorrupt(VersionEntry entry, String reason) {
        table.run(() -> {
            if (entry.state() != VersionState.PUBLISHED) {
                return;
            }
            LOG.error("{} is corrupt: {}", entry, reason);
            table.changingActive(table.requireModel(entry.model()), () -> {
                entry.become(VersionState.CORRUPT);
                entry.setReason(reason);
                events.push(EventType.CORRUPT, entry.model(), entry.version(), reason);
            });
            table.record(new JournalRecord.Draining(entry.requireDigest().hex()));
            proceed(entry);
        });
    }

    /** With the lock held: a published version whose owner has ended: no new leases, and it drains. */
    void noticeLoss(VersionEntry entry) {
        if (entry.state() != VersionState.PUBLISHED
                || entry.memory().filter(HeldMemory::isLost).isEmpty()) {
            return;
        }
        String reason = reasonOfLoss(entry);
        LOG.error(
                "{} is lost: {}; leases open: {}", entry, reason, entry.leases().size());
        table.changingActive(table.requireModel(entry.model()), () -> {
            entry.become(VersionState.LOST);
            entry.setReason(reason);
            events.push(EventType.LOST, entry.model(), entry.version(), reason);
        });
        table.record(new JournalRecord.Lost(entry.requireDigest().hex()));
        table.changed().signalAll();
        proceed(entry);
    }

    /** What status and refusals say of a lost version. */
    static String reasonOfLoss(VersionEntry entry) {
        return "the process that owned its memory has ended: nobody else can map it; `holdfast load "
                + new LoadTarget(entry.model(), Optional.of(entry.version()))
                + "` loads it anew, and workers that have it mapped go on with it until then";
    }

    /** With the lock held: takes a version the next step of its way out, if nothing holds it back. */
    private void proceed(VersionEntry entry) {
        if (entry.state() == VersionState.CORRUPT && !entry.isLeased()) {
            drain(entry, "corrupt");
        } else if (entry.state() == VersionState.LOST && !isHeld(entry)) {
            drain(entry, entry.reason());
        } else {
            retireIfFree(entry);
        }
    }

    /** Whether anybody has it, also those that have not come back to this holder since it started. */
    private boolean isHeld(VersionEntry entry) {
        return entry.isLeased() || directory.isLeased(entry.requireDigest());
    }

    private void retireIfFree(VersionEntry entry) {
        if (entry.state() != VersionState.DRAINING || entry.isLeased()) {
            return;
        }
        // First of all: a process that owns the memory lets go of the lock on the files once nobody has it any more.
        entry.closeMemory();
        if (!removeFiles(entry)) {
            return;
        }
        entry.become(VersionState.RETIRED);
        table.forget(entry);
        table.record(new JournalRecord.Retired(entry.requireDigest().hex()));
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

    /** Gives up adopting a version; its directory goes as soon as no process leases it. */
    void dropAdoption(VersionEntry entry, String reason) {
        table.run(() -> {
            LOG.warn("{} is not adopted: {}", entry, reason);
            ModelVersions versions = table.requireModel(entry.model());
            table.record(new JournalRecord.Draining(entry.requireDigest().hex()));
            drain(entry, reason);
            drainUnselected(versions);
        });
    }

    /** Gives up adopting a version whose bytes are not what its digest says, and tells so. */
    void dropCorrupt(VersionEntry entry, String reason) {
        table.run(() -> {
            events.push(EventType.CORRUPT, entry.model(), entry.version(), reason);
            dropAdoption(entry, reason);
        });
    }

    /** Retries what waited for a lock to be let go; called from time to time. */
    void sweep() {
        table.run(() -> {
            for (VersionEntry entry : table.allEntries()) {
                sweep(entry);
            }
        });
    }

    /** With the lock held: finds out whether anybody still has a version, and does what follows. */
    void sweep(VersionEntry entry) {
        try {
            noticeLoss(entry);
            if (isAbandoned(entry)) {
                dropAdoption(entry, "no process has its bytes any more");
            } else {
                proceed(entry);
            }
        } catch (StateDirectoryException e) {
            // The others must not wait for this one.
            LOG.error("{} can't be looked after: {}", entry, e.getMessage());
        }
    }

    /** A version whose bytes only its workers had, and the last of them is gone. */
    private boolean isAbandoned(VersionEntry entry) {
        return entry.state() == VersionState.ADOPTING
                && entry.layout() != ArenaLayout.PACKED
                && !directory.isLeased(entry.requireDigest());
    }
}
