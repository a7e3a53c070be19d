package dev.holdfast.daemon.holder;

import dev.holdfast.protocol.ModelListing;
import dev.holdfast.protocol.VersionPolicy;
import dev.holdfast.protocol.VersionState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The versions of one model and the pointer to its active one. Guarded by the table's lock.
 *
 * <p>The active version is the one an operator chose, while it serves, and otherwise the highest that serves. There is one
 * copy of each, unless its memory was lost with its owner and loaded anew: then the lost copies are there as well, each until
 * nobody has it mapped.
 */
final class ModelVersions {
    private final String name;
    private final TreeMap<Long, VersionEntry> entries = new TreeMap<>();
    /** Copies on their way out, oldest first, that another of the same version has taken the place of. */
    private final List<VersionEntry> replaced = new ArrayList<>();

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

    /** All copies of all versions, ascending. */
    List<VersionEntry> entries() {
        return Stream.concat(replaced.stream(), entries.values().stream())
                .sorted(Comparator.comparingLong(VersionEntry::version))
                .toList();
    }

    /** All copies of a version, the one that counts last. */
    List<VersionEntry> copies(long version) {
        return entries().stream().filter(entry -> entry.version() == version).toList();
    }

    /** Takes the place of an earlier copy of the version, which must not serve any more. */
    void add(VersionEntry entry) {
        VersionEntry former = entries.put(entry.version(), entry);
        if (former != null) {
            replaced.add(former);
        }
    }

    /** A copy whose place it had taken is the version's again. */
    void remove(VersionEntry entry) {
        if (!replaced.remove(entry) && entries.remove(entry.version(), entry)) {
            List<VersionEntry> left = copies(entry.version());
            if (!left.isEmpty()) {
                VersionEntry last = left.get(left.size() - 1);
                replaced.remove(last);
                entries.put(last.version(), last);
            }
        }
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
        if (chosen.flatMap(this::entry).filter(leaving::equals).isPresent()) {
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
        return entries().stream()
                .filter(entry -> entry.state() == VersionState.LOST)
                .reduce((lower, higher) -> higher);
    }

    Optional<VersionEntry> highest() {
        return entries.descendingMap().values().stream()
                .filter(VersionEntry::isServing)
                .findFirst();
    }

    /** Whether a version that is to serve again has not been adopted yet. */
    boolean isAdopting() {
        return entries.values().stream().anyMatch(entry -> entry.state() == VersionState.ADOPTING);
    }

    /** Whether {@code version}, once published, would stay under the policy, or by the operator's choice. */
    boolean wouldKeep(long version, VersionPolicy newPolicy) {
        Set<Long> serving = servingVersions();
        serving.add(version);
        return isChosen(version) || newPolicy.select(serving).contains(version);
    }

    private boolean isChosen(long version) {
        return chosen.filter(choice -> choice == version).isPresent();
    }

    /**
     * Published and lost versions that neither the policy selects nor a pin nor the operator's choice keeps. A lost one takes no
     * other's place: it stays if the policy would select it beside those that serve.
     */
    List<VersionEntry> unselected() {
        Set<Long> selected = policy.select(servingVersions());
        List<VersionEntry> unselected = new ArrayList<>();
        for (VersionEntry entry : entries.values()) {
            boolean leaves =
                    switch (entry.state()) {
                        case PUBLISHED -> !selected.contains(entry.version());
                        case LOST -> !wouldKeep(entry.version(), policy);
                        default -> false;
                    };
            if (leaves && !isKept(entry)) {
                unselected.add(entry);
            }
        }
        return unselected;
    }

    private boolean isKept(VersionEntry entry) {
        return entry.isPinned() || isChosen(entry.version());
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

    /** For workers: each version once, and a lost copy as long as the one that is to take its place is being loaded. */
    ModelListing listing(Instant now) {
        return listing(entries.values().stream().map(this::servedOf), now);
    }

    private VersionEntry servedOf(VersionEntry entry) {
        Optional<VersionEntry> lost = replaced.stream()
                .filter(copy -> copy.version() == entry.version() && copy.state() == VersionState.LOST)
                .reduce((older, newer) -> newer);
        return entry.state() == VersionState.LOADING ? lost.orElse(entry) : entry;
    }

    /** For operators: every copy that takes memory. */
    ModelListing fullListing(Instant now) {
        return listing(entries().stream(), now);
    }

    private ModelListing listing(Stream<VersionEntry> shown, Instant now) {
        return new ModelListing(
                name,
                policy,
                active().map(VersionEntry::version),
                shown.map(entry -> entry.summary(now)).toList());
    }
}
