package dev.holdfast.daemon.holder;

import dev.holdfast.daemon.journal.JournalRecord;
import dev.holdfast.protocol.RefusalCode;
import dev.holdfast.protocol.VersionState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * What an operator may ask of versions that are there: activate, roll back, pin, unload. Each answers with a sentence
 * saying what is so now. Thread-safe; works under the version table's lock.
 */
final class OperatorActions {
    private final VersionTable table;
    private final Retirement retirement;

    OperatorActions(VersionTable table, Retirement retirement) {
        this.table = table;
        this.retirement = retirement;
    }

    /**
     * Moves the active pointer, atomically, to a published version; it stays there until moved again.
     *
     * @param version empty to follow the highest version again
     */
    String activate(String model, Optional<Long> version) {
        return table.locked(() -> {
            ModelVersions versions = table.requireModel(model);
            version.ifPresent(number -> requirePublished(table.requireEntry(model, number), "activate"));
            choose(versions, version);
            return activeSentence(versions);
        });
    }

    /** Moves the active pointer back to the version that was active before. */
    String rollback(String model) {
        return table.locked(() -> {
            ModelVersions versions = table.requireModel(model);
            long previous = versions.previous()
                    .orElseThrow(() -> new Refusal(
                            RefusalCode.BAD_REQUEST,
                            "model '" + model + "' has had no other active version to go back to"));
            VersionEntry entry = versions.entry(previous)
                    .orElseThrow(() -> new Refusal(
                            RefusalCode.VERSION_NOT_FOUND,
                            "version " + previous + " of model '" + model + "' was active before but is no longer "
                                    + "resident; load it with --pin, and keep more versions by version_policy"));
            requirePublished(entry, "roll back to");
            choose(versions, Optional.of(previous));
            return activeSentence(versions);
        });
    }

    private void choose(ModelVersions versions, Optional<Long> version) {
        Optional<Long> before = versions.active().map(VersionEntry::version);
        Optional<Long> after = version.or(() -> versions.highest().map(VersionEntry::version));
        Optional<Long> previous = after.equals(before) ? versions.previous() : before;
        table.journal().append(new JournalRecord.Pointer(versions.name(), after, version.isPresent(), previous));
        table.changingActive(versions, () -> versions.choose(version));
        retirement.drainUnselected(versions);
    }

    private static String activeSentence(ModelVersions versions) {
        return "version " + versions.active().map(VersionEntry::version).orElseThrow() + " of model '" + versions.name()
                + "' is active" + (versions.chosen().isPresent() ? "" : " (follows the highest)");
    }

    private static void requirePublished(VersionEntry entry, String action) {
        if (entry.state() != VersionState.PUBLISHED) {
            throw new Refusal(
                    RefusalCode.LEASE_UNAVAILABLE,
                    "can't " + action + " " + entry + ": it is " + VersionTable.name(entry.state())
                            + ", not published");
        }
    }

    /** Keeps a version resident whatever the policy says, or no longer. */
    String pin(String model, long version, boolean pinned) {
        return table.locked(() -> {
            VersionEntry entry = table.requireEntry(model, version);
            requirePublished(entry, pinned ? "pin" : "unpin");
            table.journal().append(new JournalRecord.Pinned(model, version, pinned));
            entry.setPinned(pinned);
            retirement.drainUnselected(table.requireModel(model));
            return entry + (pinned ? " is pinned" : " is no longer pinned");
        });
    }

    /**
     * Drains a version, or all of a model.
     *
     * @param force also if it is pinned, and naming every process that still leases it
     */
    String unload(String model, Optional<Long> version, boolean force) {
        return table.locked(() -> {
            version.ifPresent(number -> table.requireEntry(model, number));
            ModelVersions versions = table.requireModel(model);
            Collection<VersionEntry> leaving = version.map(versions::copies).orElseGet(versions::entries);
            leaving.forEach(entry -> requireUnloadable(entry, force));
            List<String> sentences = new ArrayList<>();
            leaving.forEach(entry -> sentences.add(unload(entry, force)));
            return String.join("; ", sentences);
        });
    }

    private static void requireUnloadable(VersionEntry entry, boolean force) {
        if (entry.state() == VersionState.LOADING || entry.state() == VersionState.ADOPTING) {
            throw new Refusal(
                    RefusalCode.ALREADY_LOADING,
                    entry + " is " + VersionTable.name(entry.state()) + "; unload it when that is done");
        }
        if (entry.state() == VersionState.PUBLISHED && entry.isPinned() && !force) {
            throw new Refusal(RefusalCode.BAD_REQUEST, entry + " is pinned; unpin it first, or unload it with --force");
        }
    }

    private String unload(VersionEntry entry, boolean force) {
        if (entry.state() == VersionState.PUBLISHED || entry.state() == VersionState.LOST) {
            table.journal()
                    .append(new JournalRecord.Draining(entry.requireDigest().hex()));
            retirement.drain(entry, force ? "unloaded by force" : "unloaded");
        }
        if (entry.state() == VersionState.RETIRED) {
            return entry + " is unloaded";
        }
        String sentence = entry + " grants no new leases and is freed when its last lease closes; leases open: "
                + entry.leases().size();
        return force && entry.isLeased() ? sentence + ", held by " + entry.lessees() : sentence;
    }
}
