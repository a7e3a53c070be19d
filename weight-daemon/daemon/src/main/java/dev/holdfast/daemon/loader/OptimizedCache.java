package dev.holdfast.daemon.loader;

import dev.holdfast.daemon.onnx.OnnxSource;
import dev.holdfast.daemon.state.DirectorySync;
import dev.holdfast.daemon.state.StateLayout;
import dev.holdfast.daemon.state.Trees;
import dev.holdfast.memory.AdvisoryLock;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.memory.ContentDigest;
import dev.holdfast.memory.TreeDigest;
import dev.holdfast.onnxruntime.Environment;
import dev.holdfast.onnxruntime.GraphOptimizer;
import dev.holdfast.onnxruntime.LogListener;
import dev.holdfast.onnxruntime.OnnxRuntime;
import dev.holdfast.onnxruntime.OptimizedGraph;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Optimised forms of models by {@link BuildKey}; each appears by one rename and never changes.
 *
 * <p>An entry's bytes are digested before it is used; a damaged one is removed and made again. Several loaders may use
 * the cache at once.
 */
final class OptimizedCache {
    private static final Logger LOG = LoggerFactory.getLogger(OptimizedCache.class);

    private final LoadJob job;
    private final Path cache;
    private final Path work;
    private final ProgressReport progress;

    OptimizedCache(LoadJob job, Path work, ProgressReport progress) {
        this.job = job;
        this.cache = Path.of(job.cacheDirectory());
        this.work = work;
        this.progress = progress;
    }

    /**
     * The optimised form of a source, made if it is not there.
     *
     * @return the caller closes it
     * @throws IOException if it can't be read or written
     */
    CacheEntry get(BuildKey key, OnnxSource source) throws IOException {
        Path directory = cache.resolve(key.name());
        Optional<CacheEntry> found = find(directory, key);
        if (found.isPresent()) {
            LOG.info("optimised form {} found in the cache", key.name());
            return found.get();
        }
        build(directory, key, source);
        CacheTrim.trim(cache, job.cacheLimitBytes(), directory);
        return find(directory, key)
                .orElseThrow(() -> new IOException(directory + " was removed as soon as it was made"));
    }

    private Optional<CacheEntry> find(Path directory, BuildKey key) throws IOException {
        if (Files.notExists(directory)) {
            return Optional.empty();
        }
        Optional<AdvisoryLock> use = AdvisoryLock.trySharedOn(directory);
        if (use.isEmpty()) {
            return Optional.empty();
        }
        try {
            CacheEntry entry = CacheEntry.open(directory, key, use.get());
            requireGraph(entry);
            Files.setLastModifiedTime(directory, FileTime.fromMillis(System.currentTimeMillis()));
            return Optional.of(entry);
        } catch (IOException e) {
            use.get().close();
            LOG.warn("cache entry {} is damaged and made again: {}", directory, e.getMessage());
            discard(directory);
            return Optional.empty();
        }
    }

    private static void requireGraph(CacheEntry entry) throws IOException {
        if (!TreeDigest.of(entry.graph()).equals(entry.graphDigest())) {
            throw new IOException("its graph is not what it was");
        }
    }

    /** Moves an entry out of the way and deletes it. */
    void discard(Path directory) throws IOException {
        Path aside = work.resolve("discarded-" + System.nanoTime());
        Files.move(directory, aside, StandardCopyOption.ATOMIC_MOVE);
        Trees.delete(aside);
    }

    private void build(Path directory, BuildKey key, OnnxSource source) throws IOException {
        Path target = Files.createDirectory(work.resolve("optimized-" + System.nanoTime()));
        progress.stage("optimising", 0);
        try (Environment environment = Environment.open(OnnxRuntime.load(), LogListener.NONE)) {
            OptimizedGraph optimized = new GraphOptimizer(environment)
                    .optimize(
                            source.modelFile(),
                            target,
                            job.layout() == ArenaLayout.PACKED,
                            BuildKey.LEVEL,
                            BuildKey.PROVIDER);
            ContentDigest graph = sync(optimized.graph());
            ContentDigest weights = sync(optimized.weights());
            CacheEntry.writeDigests(target, graph, weights);
        }
        DirectorySync.sync(target);
        moveIntoCache(target, directory);
    }

    private ContentDigest sync(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            channel.force(true);
            if (file.endsWith(StateLayout.WEIGHTS)) {
                progress.stage("digesting", channel.size());
            }
            return TreeDigest.of(channel, channel.size(), progress::done);
        }
    }

    private void moveIntoCache(Path target, Path directory) throws IOException {
        try {
            Files.move(target, directory, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            if (Files.notExists(directory)) {
                throw e;
            }
            LOG.info("another loader was faster to make {}", directory);
        }
        DirectorySync.sync(cache);
    }
}
