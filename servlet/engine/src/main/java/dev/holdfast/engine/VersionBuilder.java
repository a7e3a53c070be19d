package dev.holdfast.engine;

import dev.holdfast.memory.OwnedParts;
import dev.holdfast.onnxruntime.Environment;
import dev.holdfast.onnxruntime.OnnxRuntime;
import dev.holdfast.onnxruntime.Session;
import dev.holdfast.onnxruntime.SessionOptions;
import dev.holdfast.protocol.ArenaDescription;
import dev.holdfast.protocol.Lease;
import dev.holdfast.protocol.ModelConfig;
import dev.holdfast.protocol.ModelConfig.InstanceGroup;
import dev.holdfast.protocol.RuntimeIdentity;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Builds versions out of leases. Owns the environment that all sessions share. One thread at a time. */
final class VersionBuilder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(VersionBuilder.class);

    private final EngineConfig config;
    private final Timer timer;
    private final Function<ArenaDescription, Processor> processors;
    private volatile @Nullable WorkerRuntime begun;

    VersionBuilder(EngineConfig config, Timer timer) {
        this(config, timer, arena -> Processor.of(arena, config.cuda()));
    }

    /** @param processors what computes versions with such an arena */
    VersionBuilder(EngineConfig config, Timer timer, Function<ArenaDescription, Processor> processors) {
        this.config = config;
        this.timer = timer;
        this.processors = processors;
    }

    /**
     * Loads ONNX Runtime, unless that is done; nothing can be built before.
     *
     * @param told the holder's build, see {@link RuntimeChoice}
     * @throws dev.holdfast.onnxruntime.OnnxRuntimeLoadException if it can't be loaded; may be tried again
     */
    void begin(Optional<String> told) {
        if (begun == null && told.isPresent()) {
            WorkerRuntime.startDriver();
        }
        OnnxRuntime runtime = RuntimeChoice.of(told);
        if (begun == null) {
            begun = WorkerRuntime.open(runtime);
        }
    }

    private WorkerRuntime runtime() {
        return Objects.requireNonNull(begun, "begin comes first");
    }

    /** Says that a version on this device, or on none, is about to be leased. */
    void expect(String device) {
        runtime().expect(device);
    }

    /** What this process would run versions with. */
    RuntimeIdentity identity() {
        return runtime().identity();
    }

    private Environment environment() {
        return runtime().environment();
    }

    /**
     * A version ready for its first request.
     *
     * @param lease becomes the version's; at failure it stays the caller's
     * @param statistics asked for once the version is sure to serve
     * @throws VersionUnusableException if the model can't be served as it is configured; besides, what
     *     {@link LeasedWeights#open} throws
     */
    ServingVersion build(Lease lease, ModelCounter counter, Supplier<StatisticsRecorder> statistics) {
        ModelVersion declared = VersionMetadata.of(lease.manifest());
        Processor processor = processors.apply(lease.manifest().arena());
        List<OpenSession> sessions = new ArrayList<>();
        List<Instance> instances = new ArrayList<>();
        try {
            for (int i = 0; i < instanceCount(declared.config()); i++) {
                if (sessions.isEmpty() || !processor.sharesSession()) {
                    sessions.add(openSession(lease, processor));
                }
                OpenSession opened = sessions.get(sessions.size() - 1);
                DeviceTally tally = DeviceTally.of(lease, opened.queue().stream());
                instances.add(Instance.open(opened, declared, tally, timer));
            }
            warmUp(declared, instances, processor);
            counter.use(lease.counterFile());
            return assemble(declared, lease, sessions, instances, counter, statistics.get());
        } catch (RuntimeException | Error e) {
            close(sessions, instances, e);
            throw e;
        }
    }

    /** On a device that has failed, closing may fail as well; the first failure is the one to tell. */
    private static void close(List<OpenSession> sessions, List<Instance> instances, Throwable failure) {
        try (OwnedParts parts = new OwnedParts()) {
            sessions.forEach(parts::add);
            instances.forEach(parts::add);
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    private void warmUp(ModelVersion declared, List<Instance> instances, Processor processor) {
        long begin = timer.nanos();
        int largest = processor.warmUpBatch(
                BatchingRule.of(declared.config(), config.queueLimit()).largestBatch());
        WarmUp.run(declared, instances, largest);
        LOG.info(
                "event=warm model={} version={} ms={}",
                declared.model(),
                declared.version(),
                millis(timer.nanos() - begin));
    }

    private static long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }

    private OpenSession openSession(Lease lease, Processor processor) {
        long begin = timer.nanos();
        RunQueue queue = processor.queue();
        Session session;
        try (SessionOptions options = SessionOptions.create(environment().runtime())) {
            options.intraOpThreads(config.intraOpThreads());
            queue.setUp(options);
            session = LeasedWeights.open(lease, processor, queue, environment(), options);
        } catch (RuntimeException | Error e) {
            queue.close();
            throw e;
        }
        LOG.info(
                "event=session model={} version={} ms={}",
                lease.manifest().model(),
                lease.manifest().version(),
                millis(timer.nanos() - begin));
        return OpenSession.of(session, queue);
    }

    private ServingVersion assemble(
            ModelVersion declared,
            Lease lease,
            List<OpenSession> sessions,
            List<Instance> instances,
            ModelCounter counter,
            StatisticsRecorder statistics) {
        BatchingRule rule = BatchingRule.of(declared.config(), config.queueLimit());
        Answers answers = new Answers(declared.model(), declared.version(), counter, statistics, timer);
        Batcher batcher = new Batcher(rule, instances, answers, statistics, timer);
        RequestLimits limits = new RequestLimits(rule, answers, timer);
        ServingVersion version = new ServingVersion(declared, lease, sessions, batcher, limits, answers, timer);
        batcher.start("holdfast-" + declared.model() + "-" + declared.version());
        return version;
    }

    /** Triton's default is one instance; groups add up. */
    private static int instanceCount(ModelConfig config) {
        return Math.max(
                1,
                config.instanceGroups().stream().mapToInt(InstanceGroup::count).sum());
    }

    @Override
    public void close() {
        WorkerRuntime runtime = begun;
        if (runtime != null) {
            runtime.close();
        }
    }
}
