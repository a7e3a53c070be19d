package dev.holdfast.protocol;

import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Which versions of a model serve, after Triton's {@code ModelVersionPolicy} ({@code model_config.proto}).
 *
 * @param kind the choice
 * @param count for {@link Kind#LATEST}, how many of the highest versions; otherwise 0
 * @param versions for {@link Kind#SPECIFIC}, the versions; otherwise empty
 */
public record VersionPolicy(Kind kind, int count, List<Long> versions) {
    /** The three choices that Triton knows. */
    public enum Kind {
        LATEST,
        ALL,
        SPECIFIC
    }

    /** Triton's default: the highest version alone. */
    public static final VersionPolicy DEFAULT = latest(1);

    /** @throws IllegalArgumentException if the count or the versions don't suit the kind */
    public VersionPolicy {
        versions = List.copyOf(versions);
        if (kind == Kind.LATEST && count < 1) {
            throw new IllegalArgumentException("version_policy latest needs num_versions of 1 or more, not " + count);
        }
        if (kind == Kind.SPECIFIC && versions.isEmpty()) {
            throw new IllegalArgumentException("version_policy specific needs at least one version");
        }
    }

    /** The {@code count} highest versions. */
    public static VersionPolicy latest(int count) {
        return new VersionPolicy(Kind.LATEST, count, List.of());
    }

    /** Every version there is. */
    public static VersionPolicy all() {
        return new VersionPolicy(Kind.ALL, 0, List.of());
    }

    /** Just these versions. */
    public static VersionPolicy specific(List<Long> versions) {
        return new VersionPolicy(Kind.SPECIFIC, 0, versions);
    }

    /** Those of {@code available} that this policy lets serve, ascending. */
    public SortedSet<Long> select(Collection<Long> available) {
        TreeSet<Long> selected = new TreeSet<>(available);
        switch (kind) {
            case ALL -> {}
            case SPECIFIC -> selected.retainAll(versions);
            case LATEST -> {
                while (selected.size() > count) {
                    selected.pollFirst();
                }
            }
        }
        return selected;
    }

    /** The policy in words, for messages. */
    @Override
    public String toString() {
        return switch (kind) {
            case LATEST -> "latest " + count;
            case ALL -> "all";
            case SPECIFIC -> "specific " + versions;
        };
    }
}
