package dev.holdfast.daemon.loader;

import com.google.protobuf.ByteString;
import dev.holdfast.daemon.onnx.GemmBias;
import dev.holdfast.daemon.onnx.OnnxModelReader;
import dev.holdfast.daemon.onnx.OnnxSource;
import dev.holdfast.daemon.state.Trees;
import dev.holdfast.memory.AdvisoryLock;
import dev.holdfast.memory.ArenaKind;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.memory.ContentDigest;
import dev.holdfast.memory.FileSync;
import dev.holdfast.memory.TreeDigest;
import dev.holdfast.onnxruntime.Environment;
import dev.holdfast.onnxruntime.GraphOptimizer;
import dev.holdfast.onnxruntime.LogListener;
import dev.holdfast.onnxruntime.OnnxRuntime;
import dev.holdfast.onnxruntime.OnnxRuntimeException;
import dev.holdfast.onnxruntime.OptimizedGraph;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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
 * <p>An entry's bytes are digested before it is used, or, where they are copied, once they are where they are to be; a
 * damaged one is removed and made again. Several loaders may use the cache at once.
 */
final class OptimizedCache {
    private static final Logger LOG = LoggerFactory.getLogger(OptimizedCache.class);

    private final LoadJob job;
    private final Path cache;
    private final Path work;
    private final ProgressReport progress;
    private final ArenaTarget memory;

    OptimizedCache(LoadJob job, Path work, ProgressReport progress, ArenaTarget memory) {
        this.job = job;
        this.memory = memory;
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
        if (Files.exists(directory)) {
            Optional<CacheEntry> found = open(directory, key).filter(this::isIntact);
            if (found.isPresent()) {
                LOG.info("optimised form {} found in the cache", key.name());
                Files.setLastModifiedTime(directory, FileTime.fromMillis(System.currentTimeMillis()));
                return found.get();
            }
            LOG.warn("cache entry {} is damaged and made again", directory);
            discard(directory);
        }
        CacheEntry made = build(directory, key, source);
        try {
            CacheTrim.trim(cache, job.cacheLimitBytes());
            return made;
        } catch (IOException e) {
            made.close();
            throw e;
        }
    }

    private static Optional<CacheEntry> open(Path directory, BuildKey key) throws IOException {
        Optional<AdvisoryLock> use = AdvisoryLock.trySharedOn(directory);
        if (use.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(CacheEntry.open(directory, key, use.get()));
        } catch (IOException e) {
            use.get().close();
            LOG.warn("{}", e.getMessage());
            return Optional.empty();
        }
    }

    /** Then the copy has to be digested in any case, and tells as much of what it was made of. */
    private boolean isCopied() {
        return job.placement().layout() != ArenaLayout.PACKED;
    }

    /** Reads what nobody will look at later; closes the entry if it is not what it was when it was made. */
    private boolean isIntact(CacheEntry entry) {
        try {
            if (digest(entry.graph()).equals(entry.graphDigest())
                    && (isCopied() || digest(entry.weights()).equals(entry.weightsDigest()))) {
                return true;
            }
        } catch (IOException e) {
            LOG.warn("{} can't be read: {}", entry.directory(), e.getMessage());
        }
        entry.close();
        return false;
    }

    /** Moves an entry out of the way and deletes it. */
    private void discard(Path directory) throws IOException {
        Path aside = work.resolve("discarded-" + System.nanoTime());
        try {
            Files.move(directory, aside, StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException e) {
            LOG.info("another loader has removed {} already", directory);
            return;
        }
        Trees.delete(aside);
    }

    private CacheEntry build(Path directory, BuildKey key, OnnxSource source) throws IOException {
        Path target = Files.createDirectory(work.resolve("optimized-" + System.nanoTime()));
        progress.stage("optimising", 0);
        OptimizedGraph optimized = optimize(source, target);
        if (job.placement().kind() != ArenaKind.HOST) {
            splitBiases(optimized.graph());
        }
        if (isCopied()) {
            progress.stage("aligning", 0);
            ArenaPlan.of(OnnxModelReader.read(optimized.graph())).rewrite(optimized.weights());
        }
        ContentDigest graph = sync(optimized.graph());
        ContentDigest weights = sync(optimized.weights());
        CacheEntry.writeDigests(target, graph, weights);
        FileSync.sync(target);
        return moveIntoCache(target, directory, key);
    }

    private OptimizedGraph optimize(OnnxSource source, Path target) throws IOException {
        try (Environment environment = Environment.open(OnnxRuntime.load(), LogListener.NONE)) {
            return new GraphOptimizer(environment)
                    .optimize(
                            source.modelFile(),
                            target,
                            job.placement().layout() == ArenaLayout.PACKED,
                            BuildKey.LEVEL,
                            memory.provider());
        } catch (OnnxRuntimeException e) {
            StorageFailure.throwIfNoRoom(target, source.sizeBytes(), e);
            throw e;
        }
    }

    private static void splitBiases(Path graph) throws IOException {
        Files.write(
                graph,
                GemmBias.split(ByteString.copyFrom(Files.readAllBytes(graph))).toByteArray());
    }

    private ContentDigest sync(Path file) throws IOException {
        FileSync.sync(file);
        return digest(file);
    }

    private ContentDigest digest(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            progress.stage("digesting " + file.getFileName(), channel.size());
            return TreeDigest.of(channel, channel.size(), progress::done);
        }
    }

    /** The entry is in use from before it appears, so that another loader's trimming never removes it first. */
    private CacheEntry moveIntoCache(Path target, Path directory, BuildKey key) throws IOException {
        AdvisoryLock use = AdvisoryLock.trySharedOn(target)
                .orElseThrow(() -> new IOException(target + " is locked by another process"));
        try {
            Files.move(target, directory, StandardCopyOption.ATOMIC_MOVE);
            FileSync.sync(cache);
            return CacheEntry.open(directory, key, use);
        } catch (IOException e) {
            use.close();
            if (Files.notExists(target)) {
                throw e;
            }
            LOG.info("another loader was faster to make {}", directory);
            return open(directory, key).orElseThrow(() -> e);
        }
    }
}
