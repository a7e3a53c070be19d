package dev.holdfast.daemon.holder;

import dev.holdfast.daemon.loader.LoadJob;
import dev.holdfast.daemon.repository.ModelEntry;
import dev.holdfast.daemon.repository.ModelRepository;
import dev.holdfast.daemon.repository.ModelVersionSource;
import dev.holdfast.daemon.repository.RepositoryException;
import dev.holdfast.daemon.state.StateDirectory;
import dev.holdfast.daemon.state.StateDirectoryException;
import dev.holdfast.protocol.ModelConfig;
import dev.holdfast.protocol.RefusalCode;
import dev.holdfast.protocol.VersionState;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs loaders. Thread-safe; a load blocks the thread that asks for it until it is over. */
final class Loads implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Loads.class);

    /** Optimising a graph takes a core and the model's size in memory; more at once would only slow each other down. */
    private static final int LOADERS_AT_ONCE = 2;

    private static final Duration OWNERS_END_LIMIT = Duration.ofSeconds(10);

    private final HolderConfig config;
    private final StateDirectory directory;
    private final VersionTable table;
    private final Publication publication;
    private final ChildPrograms programs;
    private final Runnable ownerEnded;
    private final Map<String, LoadTask> tasks = new ConcurrentHashMap<>();
    private final Map<LoadTask, LoaderProcess> processes = new ConcurrentHashMap<>();
    private final Semaphore slots = new Semaphore(LOADERS_AT_ONCE, true);
    private volatile boolean stopping;

    /** @param ownerEnded run when a loader that went on as an owner has ended */
    Loads(
            HolderConfig config,
            StateDirectory directory,
            VersionTable table,
            Publication publication,
            ChildPrograms programs,
            Runnable ownerEnded) {
        this.config = config;
        this.programs = programs;
        this.ownerEnded = ownerEnded;
        this.directory = directory;
        this.table = table;
        this.publication = publication;
    }

    boolean isStopping() {
        return stopping;
    }

    /**
     * Loads a version, or all that the model's policy selects; those published already are left as they are.
     *
     * @return a sentence for each version, and for each thing in the model's directory or configuration that was ignored
     * @throws Refusal for the first that can't be loaded; others are still tried
     */
    String load(String model, Optional<Long> version, boolean pin) {
        ModelEntry source = find(model);
        Collection<Long> wanted = version.isPresent() ? List.of(version.get()) : source.selectedVersions();
        if (wanted.isEmpty()) {
            throw new Refusal(
                    RefusalCode.VERSION_NOT_FOUND,
                    "version_policy (" + source.config().versionPolicy() + ") of model '" + model
                            + "' selects none of its versions " + source.versions() + "; change config.pbtxt");
        }
        List<String> sentences = new ArrayList<>();
        List<Refusal> refusals = new ArrayList<>();
        for (long number : wanted) {
            try {
                sentences.add(loadOne(source, number, pin));
            } catch (Refusal refusal) {
                refusals.add(refusal);
            }
        }
        if (!refusals.isEmpty()) {
            Refusal first = refusals.get(0);
            refusals.subList(1, refusals.size()).forEach(first::addSuppressed);
            throw first;
        }
        source.warnings().forEach(warning -> sentences.add("warning: " + warning));
        return String.join("; ", sentences);
    }

    /**
     * Names of what may be models in the repository, as it is now.
     *
     * @throws Refusal if it can't be read
     */
    List<String> repository() {
        try {
            return new ModelRepository(config.models()).names();
        } catch (RepositoryException e) {
            throw new Refusal(RefusalCode.STORAGE_FAILED, Objects.requireNonNull(e.getMessage()), e);
        }
    }

    private ModelEntry find(String model) {
        try {
            // Looked at anew each time: a repository that is away for a while must not keep a holder from starting.
            return new ModelRepository(config.models()).find(model);
        } catch (RepositoryException e) {
            throw new Refusal(RefusalCode.MODEL_NOT_FOUND, Objects.requireNonNull(e.getMessage()), e);
        }
    }

    private String loadOne(ModelEntry source, long version, boolean pin) {
        Optional<VersionState> state =
                table.locked(() -> table.entry(source.name(), version).map(VersionEntry::state));
        if (state.filter(VersionState.PUBLISHED::equals).isPresent()) {
            return "version " + version + " of model '" + source.name()
                    + "' is published already; versions never change, so new content needs a new version"
                    + (pin ? "; to pin it, use `holdfast pin`" : "");
        }
        ModelVersionSource files = versionOf(source, version);
        awaitOwnersEnd(source.name(), version);
        VersionEntry entry =
                publication.beginLoad(source.name(), version, source.config().versionPolicy(), pin, config.placement());
        return run(newTask(entry), files, source.config());
    }

    /** A version that was just unloaded is gone once the process that owned it is, which takes a moment. */
    private void awaitOwnersEnd(String model, long version) {
        table.run(() -> {
            long left = OWNERS_END_LIMIT.toNanos();
            while (left > 0
                    && table.entry(model, version)
                            .filter(VersionEntry::isWithOwnerAlone)
                            .isPresent()) {
                left = awaitChange(left);
            }
        });
    }

    /** Returns how much of the time is left. */
    @SuppressWarnings("WaitNotInLoop") // The caller is the loop.
    private long awaitChange(long nanos) {
        try {
            return table.changed().awaitNanos(nanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Refusal(RefusalCode.STOPPING, "the holder is stopping", e);
        }
    }

    private static ModelVersionSource versionOf(ModelEntry source, long version) {
        try {
            return source.version(version);
        } catch (RepositoryException e) {
            throw new Refusal(RefusalCode.VERSION_NOT_FOUND, Objects.requireNonNull(e.getMessage()), e);
        }
    }

    private LoadTask newTask(VersionEntry entry) {
        try {
            return new LoadTask(UUID.randomUUID().toString(), entry, directory.createTemporary("load"));
        } catch (StateDirectoryException e) {
            String reason = Objects.requireNonNull(e.getMessage());
            publication.loadFailed(entry, reason);
            throw new Refusal(RefusalCode.STORAGE_FAILED, reason, e);
        }
    }

    private String run(LoadTask task, ModelVersionSource files, ModelConfig modelConfig) {
        long started = System.nanoTime();
        tasks.put(task.token(), task);
        try {
            slots.acquire();
            try {
                superviseLoader(task, job(task, files, modelConfig));
            } finally {
                slots.release();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            task.fail(RefusalCode.STOPPING, "the holder is stopping");
        } catch (IOException e) {
            task.fail(
                    RefusalCode.LOAD_FAILED,
                    "loading " + task.entry() + " failed: no loader could be started: " + e.getMessage());
        } finally {
            tasks.remove(task.token());
            finish(task);
        }
        if (!task.isPublished()) {
            throw task.failure().orElseThrow();
        }
        return task.entry() + " is published after " + (System.nanoTime() - started) / 1_000_000 + " ms";
    }

    private void superviseLoader(LoadTask task, LoadJob job) throws IOException, InterruptedException {
        if (stopping) {
            task.fail(RefusalCode.STOPPING, "the holder is stopping");
            return;
        }
        try (LoaderProcess loader = LoaderProcess.start(programs.loader(), job, config.loaderJvmOptions())) {
            processes.put(task, loader);
            if (stopping) {
                // The stop may have looked for loaders just before this one was there to be seen.
                task.fail(RefusalCode.STOPPING, "the holder is stopping");
                return;
            }
            boolean over = config.placement().isOwnedByProcess()
                    ? loader.waitFor(task.publication(), config.loadDeadline())
                    : loader.waitFor(config.loadDeadline());
            if (isOwner(task)) {
                loader.letGo(ownerEnded);
            } else if (over) {
                failUnlessPublished(task, "loading " + task.entry() + " failed: " + loader.epitaph());
            } else {
                failUnlessPublished(
                        task,
                        "loading " + task.entry() + " did not end within "
                                + config.loadDeadline().toSeconds()
                                + " s and was stopped; raise --load-deadline if it needs longer");
            }
        } finally {
            processes.remove(task);
        }
    }

    /** Whether the loader owns what it has loaded; if not, no offer of it is taken any more once it is said to be late. */
    private boolean isOwner(LoadTask task) {
        if (!config.placement().isOwnedByProcess()) {
            return false;
        }
        task.settling().lock();
        try {
            return task.isPublished();
        } finally {
            task.settling().unlock();
        }
    }

    private static void failUnlessPublished(LoadTask task, String reason) {
        if (!task.isPublished()) {
            task.fail(RefusalCode.LOAD_FAILED, reason);
        }
    }

    private LoadJob job(LoadTask task, ModelVersionSource files, ModelConfig modelConfig) {
        return new LoadJob(
                task.token(),
                config.socket().toAbsolutePath().toString(),
                files.model(),
                files.version(),
                files.modelFile().toAbsolutePath().toString(),
                modelConfig,
                config.placement(),
                task.workDirectory().toString(),
                directory.layout().cache().toString(),
                config.cacheLimitBytes(),
                directory.access().group(),
                config.ownerPatience());
    }

    /** The loader is gone; so is its directory, and a version that was not published leaves the table. */
    private void finish(LoadTask task) {
        task.settling().lock();
        try {
            if (!task.isPublished()) {
                task.fail(RefusalCode.LOAD_FAILED, "loading " + task.entry() + " failed");
                String reason = task.failure().orElseThrow().reason();
                LOG.error("{}", reason);
                publication.loadFailed(task.entry(), reason);
            }
        } finally {
            task.settling().unlock();
        }
        removeWork(task);
    }

    private void removeWork(LoadTask task) {
        try {
            directory.removeTemporary(task.workDirectory());
        } catch (StateDirectoryException e) {
            LOG.error("{}; it is cleared at the next start", e.getMessage());
        }
    }

    /** The load that a message with this token is about. @throws Refusal unless the message comes from its loader */
    LoadTask taskOf(String token, Peer peer) {
        LoadTask task = tasks.get(token);
        LoaderProcess loader = task == null ? null : processes.get(task);
        if (task == null || loader == null || loader.pid() != peer.pid()) {
            throw new Refusal(RefusalCode.OFFER_REFUSED, peer + " is no loader of this holder, or its load is over");
        }
        return task;
    }

    /** Stops every loader; their loads fail. */
    @Override
    public void close() {
        stopping = true;
        processes.forEach((task, loader) -> {
            task.fail(RefusalCode.STOPPING, "the holder is stopping");
            loader.close();
        });
    }
}
