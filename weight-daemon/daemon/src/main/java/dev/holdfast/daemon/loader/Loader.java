package dev.holdfast.daemon.loader;

import dev.holdfast.daemon.onnx.ModelSourceException;
import dev.holdfast.daemon.onnx.OnnxSource;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One load from source to offer. Used once, by one thread. */
final class Loader {
    private static final Logger LOG = LoggerFactory.getLogger(Loader.class);

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);

    private final LoadJob job;
    private final Path work;

    Loader(LoadJob job) {
        this.job = job;
        this.work = Path.of(job.workDirectory());
    }

    /** Returns whether the holder has published the version; if not, it has been told why */
    boolean run() {
        try (AdvisoryLock lock = lockWork();
                LoaderConnection holder = LoaderConnection.connect(Path.of(job.socket()), CONNECT_LIMIT, job.token())) {
            return loadOrReport(holder);
        } catch (HolderException | IOException | LoadFailure e) {
            LOG.error("{}", e.getMessage());
            return false;
        }
    }

    private AdvisoryLock lockWork() throws IOException {
        return AdvisoryLock.tryExclusiveOn(work)
                .orElseThrow(() -> new LoadFailure(work + " is in use by another loader"));
    }

    private boolean loadOrReport(LoaderConnection holder) {
        try {
            load(holder);
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

    private void load(LoaderConnection holder) throws IOException {
        ProgressReport progress = new ProgressReport(holder);
        progress.stage("checking", 0);
        OnnxSource source = OnnxSource.check(Path.of(job.modelFile()));
        // An early refusal of what can't fit, before minutes of optimising; the exact size comes later.
        holder.reserve(source.sizeBytes());
        progress.stage("digesting source", 0);
        BuildKey key = BuildKey.of(source.digest(), job.placement());
        try (CacheEntry optimized = new OptimizedCache(job, work, progress).get(key, source)) {
            VersionBuilder builder = VersionBuilder.of(job, optimized, progress);
            holder.reserve(builder.arenaBytes());
            offer(holder, builder, progress);
        }
    }

    private void offer(LoaderConnection holder, VersionBuilder builder, ProgressReport progress) throws IOException {
        Optional<DeviceContext> context = ArenaTarget.of(job.placement()).context();
        try (WeightArena arena = builder.build()) {
            Manifest manifest = builder.finish(arena);
            progress.stage("checking values", 0);
            NonFiniteWeights.in(arena, manifest.tensors())
                    .ifPresent(found -> LOG.warn("version {} of model '{}' has {}", job.version(), job.model(), found));
            LOG.info("stages in ms: {}", progress.times());
            handOver(holder, manifest, arena);
        } finally {
            context.ifPresent(DeviceContext::close);
        }
    }

    private void handOver(LoaderConnection holder, Manifest manifest, WeightArena arena) {
        Optional<CudaCounter> counter = ArenaTarget.of(job.placement()).createCounter();
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
