package dev.holdfast.daemon.holder;

import dev.holdfast.protocol.ModelListing;
import dev.holdfast.protocol.VersionPolicy;
import dev.holdfast.protocol.VersionState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The versions of one model and the pointer to its active one. Guarded by the table's lock.
 *
 * <p>The active version is the one an operator chose, while it serves, and otherwise the highest that serves.
 */
final class ModelVersions {
    private final String name;
    private final TreeMap<Long, VersionEntry> entries = new TreeMap<>();
    private VersionPolicy policy = VersionPolicy.DEFAULT;
    private Optional<Long> chosen = Optional.empty();
    private Optional<Long> previous = Optional.empty();

    ModelVersions(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    Optional<VersionEntry> entry(long version) {
        return Optional.ofNullable(entries.get(version));
    }

    Collection<VersionEntry> entries() {
        return List.copyOf(entries.values());
    }

    void add(VersionEntry entry) {
        entries.put(entry.version(), entry);
    }

    void remove(VersionEntry entry) {
        entries.remove(entry.version(), entry);
    }

    VersionPolicy policy() {
        return policy;
    }

    /** The policy of the version loaded last holds for the model. */
    void setPolicy(VersionPolicy newPolicy) {
        policy = newPolicy;
    }

    Optional<Long> chosen() {
        return chosen;
    }

    Optional<Long> previous() {
        return previous;
    }

    /** Points at a version, or with empty follows the highest again. */
    void choose(Optional<Long> version) {
        chosen = version;
    }

    /** Follows the highest again if that version was chosen. */
    void unchoose(VersionEntry leaving) {
        if (chosen.isPresent() && chosen.get() == leaving.version()) {
            chosen = Optional.empty();
        }
    }

    void setPrevious(Optional<Long> version) {
        previous = version;
    }

    /**
     * The version an unversioned request means; it may still be in adoption, or, where there is no other, lost: who has it
     * mapped serves it on.
     */
    Optional<VersionEntry> active() {
        Optional<VersionEntry> choice = chosen.flatMap(this::entry).filter(VersionEntry::isServing);
        return choice.or(this::highest).or(this::highestLost);
    }

    private Optional<VersionEntry> highestLost() {
        return entries.descendingMap().values().stream()
                .filter(entry -> entry.state() == VersionState.LOST)
                .findFirst();
    }

    Optional<VersionEntry> highest() {
        return entries.descendingMap().values().stream()
                .filter(VersionEntry::isServing)
                .findFirst();
    }

    /** Whether a version that is to serve again has not been adopted yet. */
    boolean isAdopting() {
        return entries.values().stream().anyMatch(entry -> entry.state() == VersionState.ADOPTING && entry.isServing());
    }

    /** Whether {@code version}, once published, would stay under the policy. */
    boolean wouldKeep(long version, VersionPolicy newPolicy) {
        Set<Long> serving = servingVersions();
        serving.add(version);
        return newPolicy.select(serving).contains(version);
    }

    /** Published versions that neither the policy selects nor a pin nor the operator's choice keeps. */
    List<VersionEntry> unselected() {
        Set<Long> selected = policy.select(servingVersions());
        List<VersionEntry> unselected = new ArrayList<>();
        for (VersionEntry entry : entries.values()) {
            boolean kept = selected.contains(entry.version())
                    || entry.isPinned()
                    || chosen.filter(version -> version == entry.version()).isPresent();
            if (entry.state() == VersionState.PUBLISHED && !kept) {
                unselected.add(entry);
            }
        }
        return unselected;
    }

    private Set<Long> servingVersions() {
        Set<Long> serving = new HashSet<>();
        for (Map.Entry<Long, VersionEntry> entry : entries.entrySet()) {
            if (entry.getValue().isServing()) {
                serving.add(entry.getKey());
            }
        }
        return serving;
    }

    ModelListing listing(Instant now) {
        return new ModelListing(
                name,
                policy,
                active().map(VersionEntry::version),
                entries.values().stream().map(entry -> entry.summary(now)).toList());
    }
}
