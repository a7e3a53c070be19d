package dev.holdfast.daemon.loader;

import dev.holdfast.daemon.onnx.ModelSourceException;
import dev.holdfast.daemon.onnx.OnnxSource;
import dev.holdfast.daemon.state.StateLayout;
import dev.holdfast.memory.AdvisoryLock;
import dev.holdfast.memory.ArenaException;
import dev.holdfast.memory.NativeCallException;
import dev.holdfast.memory.OwnedDescriptor;
import dev.holdfast.memory.WeightArena;
import dev.holdfast.memory.cuda.CudaCounter;
import dev.holdfast.memory.cuda.CudaOutOfMemoryException;
import dev.holdfast.memory.cuda.CudaUnavailableException;
import dev.holdfast.memory.cuda.DeviceContext;
import dev.holdfast.onnxruntime.OnnxRuntimeException;
import dev.holdfast.onnxruntime.OnnxRuntimeLoadException;
import dev.holdfast.protocol.ConnectionLostException;
import dev.holdfast.protocol.HolderException;
import dev.holdfast.protocol.LoaderConnection;
import dev.holdfast.protocol.Manifest;
import dev.holdfast.protocol.RefusalCode;
import dev.holdfast.protocol.RefusedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One load from source to offer. Used once, by one thread. */
final class Loader {
    private static final Logger LOG = LoggerFactory.getLogger(Loader.class);

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);

    private final LoadJob job;
    private final Path work;
    private final ArenaTargets targets;

    /** What this process owns from the moment that it may be published. */
    private volatile @Nullable ArenaOwner owner;

    Loader(LoadJob job, ArenaTargets targets) {
        this.job = job;
        this.targets = targets;
        this.work = Path.of(job.workDirectory());
    }

    Path workDirectory() {
        return work;
    }

    /** Whether the version lives in this process's memory and may be published. */
    boolean isOwner() {
        return owner != null;
    }

    /**
     * Loads; if this process then owns the version's memory, returns once nobody needs that any more.
     *
     * @return whether the holder has published the version; if not, it has been told why
     */
    boolean run() {
        boolean published = loadForHolder();
        try (ArenaOwner mine = owner) {
            if (mine != null) {
                mine.awaitUnwanted();
            }
        }
        return published;
    }

    private boolean loadForHolder() {
        try (AdvisoryLock lock = lockWork();
                LoaderConnection holder = LoaderConnection.connect(Path.of(job.socket()), CONNECT_LIMIT, job.token())) {
            return loadOrReport(holder, lock);
        } catch (HolderException | IOException | LoadFailure e) {
            LOG.error("{}", e.getMessage());
            return isOwner();
        }
    }

    private AdvisoryLock lockWork() throws IOException {
        return AdvisoryLock.tryExclusiveOn(work)
                .orElseThrow(() -> new LoadFailure(work + " is in use by another loader"));
    }

    private boolean loadOrReport(LoaderConnection holder, AdvisoryLock lock) {
        try {
            load(holder, lock);
            return true;
        } catch (RefusedException e) {
            // The holder knows: it refused.
            LOG.error("{}", e.getMessage());
        } catch (LoadFailure
                | ModelSourceException
                | ArenaException
                | NativeCallException
                | CudaUnavailableException
                | CudaOutOfMemoryException
                | OnnxRuntimeException
                | OnnxRuntimeLoadException e) {
            report(holder, Objects.requireNonNullElse(e.getMessage(), e.toString()));
        } catch (IOException | UncheckedIOException e) {
            report(holder, StorageFailure.describe(e));
        }
        return false;
    }

    private void report(LoaderConnection holder, String cause) {
        // ONNX Runtime ends its reasons with a line feed.
        String reason = cause.strip().replace('\n', ' ');
        LOG.error("{}", reason);
        holder.failed(
                RefusalCode.LOAD_FAILED,
                "version " + job.version() + " of model '" + job.model() + "' can't be loaded: " + reason);
    }

    private void load(LoaderConnection holder, AdvisoryLock lock) throws IOException {
        ProgressReport progress = new ProgressReport(holder);
        progress.stage("checking", 0);
        OnnxSource source = OnnxSource.check(Path.of(job.modelFile()));
        // An early refusal of what can't fit, before minutes of optimising; the exact size comes later.
        holder.reserve(source.sizeBytes());
        progress.stage("digesting source", 0);
        BuildKey key = BuildKey.of(source.digest(), job.placement());
        ArenaTarget target = targets.of(job.placement());
        OptimizedCache cache = new OptimizedCache(job, work, progress, target);
        try (CacheEntry optimized = cache.get(key, source)) {
            make(holder, optimized, target, progress, lock);
        } catch (DamagedFormException e) {
            LOG.warn("{}; that form is made again", e.getMessage());
            try (CacheEntry again = cache.get(key, source)) {
                make(holder, again, target, progress, lock);
            }
        }
    }

    private void make(
            LoaderConnection holder,
            CacheEntry optimized,
            ArenaTarget target,
            ProgressReport progress,
            AdvisoryLock lock)
            throws IOException {
        VersionBuilder builder = VersionBuilder.of(job, optimized, target, progress);
        holder.reserve(builder.arenaBytes());
        offer(holder, builder, target, progress, lock);
    }

    private void offer(
            LoaderConnection holder,
            VersionBuilder builder,
            ArenaTarget target,
            ProgressReport progress,
            AdvisoryLock lock)
            throws IOException {
        Optional<DeviceContext> context = target.context();
        try {
            WeightArena arena = builder.build();
            try {
                Manifest manifest = described(arena, builder, progress);
                if (job.placement().isOwnedByProcess()) {
                    keep(holder, manifest, arena, builder.directory(), lock);
                } else {
                    handOver(holder, manifest, arena, target);
                }
            } finally {
                if (!isOwner()) {
                    arena.close();
                }
            }
        } finally {
            context.ifPresent(DeviceContext::close);
        }
    }

    private Manifest described(WeightArena arena, VersionBuilder builder, ProgressReport progress) throws IOException {
        Manifest manifest = builder.finish(arena);
        progress.stage("checking values", 0);
        NonFiniteWeights.in(arena, manifest.tensors())
                .ifPresent(found -> LOG.warn("version {} of model '{}' has {}", job.version(), job.model(), found));
        LOG.info("stages in ms: {}", progress.times());
        return manifest;
    }

    /** Offers what this process goes on owning; if the holder takes it, arena and lock are the owner's. */
    private void keep(LoaderConnection holder, Manifest manifest, WeightArena arena, Path directory, AdvisoryLock lock)
            throws IOException {
        AdvisoryLock use = AdvisoryLock.trySharedOn(directory.resolve(StateLayout.WEIGHTS))
                .orElseThrow(() -> new LoadFailure(directory + " is in use by another process"));
        ArenaOwner mine = new ArenaOwner(Path.of(job.socket()), manifest, arena, use, job.ownerPatience());
        // The work ends here, though the process does not: the holder clears the directory as soon as it has published.
        lock.close();
        owner = mine;
        try {
            LOG.info("{}", mine.offerTo(holder).text());
        } catch (ConnectionLostException e) {
            // Whether it was published before the holder went away, the next one knows.
            LOG.warn("{}", e.getMessage());
        } catch (RuntimeException | Error e) {
            owner = null;
            mine.close();
            throw e;
        }
    }

    private static void handOver(LoaderConnection holder, Manifest manifest, WeightArena arena, ArenaTarget target) {
        Optional<CudaCounter> counter = target.createCounter();
        try {
            List<OwnedDescriptor> descriptors = new ArrayList<>();
            arena.descriptor().ifPresent(descriptors::add);
            counter.map(CudaCounter::descriptor).ifPresent(descriptors::add);
            LOG.info("{}", holder.offer(manifest, descriptors).text());
        } finally {
            counter.ifPresent(CudaCounter::close);
        }
    }
}
