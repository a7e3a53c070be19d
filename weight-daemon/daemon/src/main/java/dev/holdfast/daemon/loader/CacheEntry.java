package dev.holdfast.daemon.loader;

import dev.holdfast.daemon.state.StateLayout;
import dev.holdfast.memory.AdvisoryLock;
import dev.holdfast.memory.ContentDigest;
import dev.holdfast.memory.FileSync;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A model's optimised form in the cache, kept from being removed while this is open.
 *
 * @param directory holds {@code graph}, {@code weights} and {@code digests}
 * @param key what it was made of
 * @param graphDigest of the graph when it was made
 * @param weightsDigest of the weights when they were made
 * @param use shared lock on the directory; owned by this entry
 */
record CacheEntry(
        Path directory, BuildKey key, ContentDigest graphDigest, ContentDigest weightsDigest, AdvisoryLock use)
        implements AutoCloseable {
    private static final String DIGESTS = "digests";

    Path graph() {
        return directory.resolve(StateLayout.GRAPH);
    }

    Path weights() {
        return directory.resolve(StateLayout.WEIGHTS);
    }

    /** Has the next load make it again; whoever uses it now goes on. */
    void markDamaged() throws IOException {
        Files.deleteIfExists(directory.resolve(DIGESTS));
    }

    /** Writes down what a finished entry's files must digest to, graph first. */
    static void writeDigests(Path directory, ContentDigest graph, ContentDigest weights) throws IOException {
        Path file = directory.resolve(DIGESTS);
        Files.writeString(file, graph.hex() + "\n" + weights.hex() + "\n");
        FileSync.sync(file);
    }

    /** @throws IOException if the entry is damaged */
    static CacheEntry open(Path directory, BuildKey key, AdvisoryLock use) throws IOException {
        List<String> lines = Files.readAllLines(directory.resolve(DIGESTS));
        try {
            return new CacheEntry(
                    directory, key, new ContentDigest(lines.get(0)), new ContentDigest(lines.get(1)), use);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new IOException(directory.resolve(DIGESTS) + " is damaged", e);
        }
    }

    @Override
    public void close() {
        use.close();
    }
}
