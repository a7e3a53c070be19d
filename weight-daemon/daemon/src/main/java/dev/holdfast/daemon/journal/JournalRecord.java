package dev.holdfast.daemon.journal;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.holdfast.memory.ContentDigest;
import java.util.Optional;

/** One change to what the holder must remember. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "t")
@JsonSubTypes({
    @JsonSubTypes.Type(value = JournalRecord.Published.class, name = "published"),
    @JsonSubTypes.Type(value = JournalRecord.Draining.class, name = "draining"),
    @JsonSubTypes.Type(value = JournalRecord.Lost.class, name = "lost"),
    @JsonSubTypes.Type(value = JournalRecord.Retired.class, name = "retired"),
    @JsonSubTypes.Type(value = JournalRecord.Pointer.class, name = "pointer"),
    @JsonSubTypes.Type(value = JournalRecord.Pinned.class, name = "pinned"),
    @JsonSubTypes.Type(value = JournalRecord.Events.class, name = "events"),
    @JsonSubTypes.Type(value = JournalRecord.Counter.class, name = "counter")
})
public sealed interface JournalRecord {
    /**
     * A version is about to appear under its digest; written before it does.
     *
     * @param digest of its manifest, hexadecimal
     * @param sizeBytes of its arena
     */
    record Published(String digest, String model, long version, long sizeBytes) implements JournalRecord {
        public Published {
            requireDigest(digest);
            requireModel(model);
            if (version < 1 || sizeBytes < 0) {
                throw new IllegalArgumentException("impossible version " + version + " of " + sizeBytes + " bytes");
            }
        }

        /** Whether they are copies of one version, whose manifests need not be the same. */
        boolean isSameVersionAs(Published other) {
            return model.equals(other.model) && version == other.version;
        }
    }

    /** A version will be freed when its last lease closes; it is granted no more. */
    record Draining(String digest) implements JournalRecord {
        public Draining {
            requireDigest(digest);
        }
    }

    /** The process that owned a version's memory has ended: it is granted no more, and may be loaded anew. */
    record Lost(String digest) implements JournalRecord {
        public Lost {
            requireDigest(digest);
        }
    }

    /** A version is gone. */
    record Retired(String digest) implements JournalRecord {
        public Retired {
            requireDigest(digest);
        }
    }

    /**
     * A model's active version.
     *
     * @param active empty if none is
     * @param chosen whether an operator chose it; otherwise it follows the highest version
     * @param previous what it was before, for a rollback
     */
    record Pointer(String model, Optional<Long> active, boolean chosen, Optional<Long> previous)
            implements JournalRecord {
        public Pointer {
            requireModel(model);
        }
    }

    /** A version is pinned, or no longer. */
    record Pinned(String model, long version, boolean pinned) implements JournalRecord {
        public Pinned {
            requireModel(model);
        }
    }

    /** Event numbers up to this one may have been used. */
    record Events(long last) implements JournalRecord {}

    /** A counter's value when this was written; the counter's own file may be ahead of it. */
    record Counter(String model, long value) implements JournalRecord {
        public Counter {
            requireModel(model);
        }
    }

    private static void requireDigest(String digest) {
        // Validates; the record keeps the text because records of the journal are plain JSON.
        new ContentDigest(digest);
    }

    private static void requireModel(String model) {
        if (model.isEmpty()) {
            throw new IllegalArgumentException("a model needs a name");
        }
    }
}
