package dev.holdfast.protocol;

/**
 * Which version of a model is meant.
 *
 * @param kind the choice
 * @param version for {@link Kind#EXACT}, the version; otherwise 0
 */
public record VersionSelector(Kind kind, long version) {
    /** The choices. */
    public enum Kind {
        /** The active version: what an unversioned request means. */
        ACTIVE,
        /** The highest published version, active or not. */
        HIGHEST,
        /** One version by its number. */
        EXACT
    }

    /** @throws IllegalArgumentException if the version does not suit the kind */
    public VersionSelector {
        if (kind == Kind.EXACT) {
            ModelName.checkVersion(version);
        } else if (version != 0) {
            throw new IllegalArgumentException("selector " + kind + " takes no version, but has " + version);
        }
    }

    /** What an unversioned request means. */
    public static VersionSelector active() {
        return new VersionSelector(Kind.ACTIVE, 0);
    }

    /** The highest published version. */
    public static VersionSelector highest() {
        return new VersionSelector(Kind.HIGHEST, 0);
    }

    /**
     * One version by its number.
     *
     * @throws IllegalArgumentException if the version is not positive
     */
    public static VersionSelector exactly(long version) {
        return new VersionSelector(Kind.EXACT, version);
    }

    /** The choice in words, for messages. */
    @Override
    public String toString() {
        return switch (kind) {
            case ACTIVE -> "active version";
            case HIGHEST -> "highest version";
            case EXACT -> "version " + version;
        };
    }
}
