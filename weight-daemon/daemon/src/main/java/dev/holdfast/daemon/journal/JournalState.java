package dev.holdfast.daemon.journal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a journal's records add up to. Used by one thread at a time. */
public final class JournalState {
    private final Map<String, JournalRecord.Published> versions = new LinkedHashMap<>();
    private final Set<String> draining = new HashSet<>();
    private final Set<String> lost = new HashSet<>();
    private final Map<String, JournalRecord.Pointer> pointers = new LinkedHashMap<>();
    private final Map<String, JournalRecord.Pinned> pins = new LinkedHashMap<>();
    private final Map<String, Long> counters = new LinkedHashMap<>();
    private long lastEvent;

    /** Adds one record's change; records may come in any order that a damaged journal leaves. */
    void apply(JournalRecord record) {
        if (record instanceof JournalRecord.Published published) {
            versions.put(published.digest(), published);
            draining.remove(published.digest());
            lost.remove(published.digest());
        } else if (record instanceof JournalRecord.Draining drain) {
            draining.add(drain.digest());
        } else if (record instanceof JournalRecord.Lost loss) {
            lost.add(loss.digest());
        } else if (record instanceof JournalRecord.Retired retired) {
            applyRetired(retired.digest());
        } else if (record instanceof JournalRecord.Pointer pointer) {
            pointers.put(pointer.model(), pointer);
        } else if (record instanceof JournalRecord.Pinned pinned) {
            applyPin(pinned);
        } else if (record instanceof JournalRecord.Events events) {
            lastEvent = events.last();
        } else if (record instanceof JournalRecord.Counter counter) {
            counters.merge(counter.model(), counter.value(), Math::max);
        }
    }

    /** A pin is a version's own and ends with its last copy. */
    private void applyRetired(String digest) {
        JournalRecord.Published gone = versions.remove(digest);
        draining.remove(digest);
        lost.remove(digest);
        if (gone != null && versions.values().stream().noneMatch(gone::isSameVersionAs)) {
            pins.remove(gone.model() + '/' + gone.version());
        }
    }

    private void applyPin(JournalRecord.Pinned pinned) {
        String key = pinned.model() + '/' + pinned.version();
        if (pinned.pinned()) {
            pins.put(key, pinned);
        } else {
            pins.remove(key);
        }
    }

    /** Versions published and not retired, oldest first. */
    public Collection<JournalRecord.Published> versions() {
        return List.copyOf(versions.values());
    }

    /** Whether that version was draining. */
    public boolean isDraining(String digest) {
        return draining.contains(digest);
    }

    /** Whether that version was lost, and not draining yet. */
    public boolean isLost(String digest) {
        return lost.contains(digest) && !isDraining(digest);
    }

    /** A model's active pointer, if it ever had one. */
    public Optional<JournalRecord.Pointer> pointer(String model) {
        return Optional.ofNullable(pointers.get(model));
    }

    public boolean isPinned(String model, long version) {
        return pins.containsKey(model + '/' + version);
    }

    /** Counters by model. */
    public Map<String, Long> counters() {
        return Map.copyOf(counters);
    }

    /** No event with a higher number was ever pushed. */
    public long lastEvent() {
        return lastEvent;
    }

    /** The fewest records that add up to this state. */
    List<JournalRecord> snapshot() {
        List<JournalRecord> records = new ArrayList<>();
        records.add(new JournalRecord.Events(lastEvent));
        for (JournalRecord.Published version : versions.values()) {
            records.add(version);
            if (isDraining(version.digest())) {
                records.add(new JournalRecord.Draining(version.digest()));
            } else if (isLost(version.digest())) {
                records.add(new JournalRecord.Lost(version.digest()));
            }
        }
        records.addAll(pointers.values());
        records.addAll(pins.values());
        counters.forEach((model, value) -> records.add(new JournalRecord.Counter(model, value)));
        return records;
    }
}
