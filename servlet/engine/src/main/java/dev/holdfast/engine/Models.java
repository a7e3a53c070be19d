package dev.holdfast.engine;

import dev.holdfast.onnxruntime.OnnxRuntime;
import dev.holdfast.protocol.HolderClient;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models that this process serves out of a holder's arenas: the root of the engine.
 *
 * <p>A thread of its own leases every published version, builds and warms a session over it, follows the holder's events
 * and brings versions back to a holder that was started again. Requests go on meanwhile. Until it is closed, the platform's
 * MBean server has it as {@link EngineMXBean}. Any thread.
 */
public final class Models implements AutoCloseable {
    /** Name of the attribute in which a container hands the engine to its web applications. */
    public static final String ATTRIBUTE = "dev.holdfast.Models";

    private static final Logger LOG = LoggerFactory.getLogger(Models.class);

    /** A run ends at the latest after the operator it is at. */
    private static final Duration ABORT_LIMIT = Duration.ofSeconds(10);

    private final EngineConfig config;
    private final ModelTable table;
    private final SystemTimer timer = new SystemTimer();
    private final VersionBuilder builder;
    private final EngineBeans beans = new EngineBeans();
    private final HolderLink link;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Models(EngineConfig config) {
        this.config = config;
        this.table = new ModelTable(config.models());
        this.builder = new VersionBuilder(config, timer);
        if (RuntimeChoice.isConfigured()) {
            builder.begin(Optional.empty());
        }
        this.link = new HolderLink(config, table, builder, beans);
    }

    /**
     * Starts an engine and returns at once; the holder need not be there yet. Which build of ONNX Runtime it computes
     * with, the holder says when it answers: the one that its loaders use. Unless {@code holdfast.onnxruntime.path} names
     * one.
     *
     * @throws dev.holdfast.onnxruntime.OnnxRuntimeLoadException if the build that {@code holdfast.onnxruntime.path} names
     *     can't be loaded; of another, {@link #readiness} says so
     */
    public static Models open(EngineConfig config) {
        HolderClient.prepare();
        Models models = new Models(config);
        models.link.start();
        try {
            // Beside the link, which takes longer.
            models.beans.register(config, models.table);
            return models;
        } catch (RuntimeException e) {
            models.close();
            throw e;
        }
    }

    /**
     * Loads ONNX Runtime and its classes, as an engine does once its holder answers, and lets go of it: for a run without a
     * holder that shows which classes a worker needs.
     *
     * @throws dev.holdfast.onnxruntime.OnnxRuntimeLoadException if it can't be loaded
     */
    public static void rehearse() {
        // Otherwise every engine loads it at once.
        if (!RuntimeChoice.isConfigured()) {
            WorkerRuntime.open(OnnxRuntime.load()).close();
        }
    }

    /** How it was configured. */
    public EngineConfig config() {
        return config;
    }

    /** How far it is. */
    public Readiness readiness() {
        return table.readiness();
    }

    /**
     * Waits until every model wanted serves; see {@link Readiness#ready}.
     *
     * @return whether that came in time
     */
    public boolean awaitReady(Duration limit) throws InterruptedException {
        return table.awaitReady(limit);
    }

    /**
     * Waits until the first attempt to reach the holder and to serve what it has is over, well or not; {@link #readiness}
     * says how it went.
     */
    public void awaitFirstAttempt() throws InterruptedException {
        table.awaitFirstAttempt();
    }

    /** Names of the models that are known here, ascending; one may have no version that serves. */
    public List<String> names() {
        return table.names();
    }

    /** The model of that name, if it is known here. */
    public Optional<Model> find(String name) {
        return table.find(name).map(Function.identity());
    }

    /**
     * The model of that name.
     *
     * @throws ModelNotFoundException if it is not known here
     */
    public Model get(String name) {
        return find(name).orElseThrow(() -> new ModelNotFoundException("no model '" + name + "' is served here"));
    }

    /**
     * A connection to the holder, for lists, loads and unloads; the caller closes it.
     *
     * @throws dev.holdfast.protocol.HolderUnreachableException if no holder answers
     */
    public HolderClient holder() {
        return HolderClient.connect(config.socket(), config.connectTimeout());
    }

    /**
     * Refuses new requests from now on and is not ready; those under way go on and leases stay open until {@link #close}.
     * For a container that drains before it closes. Repeats do nothing.
     */
    public void beginClose() {
        table.beginClose();
    }

    /**
     * Refuses new requests, lets those under way finish for {@link EngineConfig#drainLimit}, ends the others, and closes
     * sessions and leases. Repeats do nothing.
     */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        table.beginClose();
        link.close();
        List<ServedModel> models = table.all();
        List<CompletableFuture<?>> retiring =
                models.stream().flatMap(model -> model.retireAll().stream()).toList();
        if (!await(retiring, config.drainLimit())) {
            models.forEach(ServedModel::abort);
            await(retiring, ABORT_LIMIT);
        }
        models.forEach(ServedModel::close);
        beans.close();
        builder.close();
        timer.close();
    }

    /** Waits for all; whether they came in time. */
    private static boolean await(List<CompletableFuture<?>> retiring, Duration limit) {
        try {
            CompletableFuture.allOf(retiring.toArray(CompletableFuture[]::new))
                    .get(limit.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            LOG.error("closing a version failed", e.getCause());
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
