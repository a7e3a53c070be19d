package dev.holdfast.daemon.state;

import dev.holdfast.memory.ContentDigest;
import java.nio.file.Path;

/**
 * Where things lie in a state directory; {@code docs/architecture.md} draws it.
 *
 * @param root the state directory, absolute
 */
public record StateLayout(Path root) {
    /** The optimised graph, in a version's or a cache entry's directory. */
    public static final String GRAPH = "graph";

    /** The external data of {@link #GRAPH}; also the file whose shared lock says that a version is leased. */
    public static final String WEIGHTS = "weights";

    /** The manifest as JSON, in a version's directory. */
    public static final String MANIFEST = "manifest";

    public StateLayout {
        root = root.toAbsolutePath().normalize();
    }

    /** Locked exclusively by the one running holder. */
    public Path lockFile() {
        return root.resolve("lock");
    }

    public Path journal() {
        return root.resolve("journal");
    }

    public Path versions() {
        return root.resolve("versions");
    }

    public Path version(ContentDigest digest) {
        return versions().resolve(digest.hex());
    }

    public Path counters() {
        return root.resolve("counters");
    }

    public Path counter(String model) {
        return counters().resolve(model);
    }

    public Path cache() {
        return root.resolve("cache");
    }

    public Path temporaries() {
        return root.resolve("tmp");
    }
}
