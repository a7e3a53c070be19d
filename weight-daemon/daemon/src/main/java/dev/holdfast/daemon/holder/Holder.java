package dev.holdfast.daemon.holder;

import dev.holdfast.daemon.journal.Journal;
import dev.holdfast.daemon.journal.JournalException;
import dev.holdfast.daemon.state.StateDirectory;
import dev.holdfast.protocol.HolderSocket;
import dev.holdfast.protocol.ModelListing;
import dev.holdfast.protocol.StatusReport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The weight daemon: owns the state directory, the socket, the version table and every thread that serves them.
 *
 * <p>{@link #start} returns when the socket answers; versions of an earlier holder are adopted, and models loaded, by a
 * thread of their own. {@link #close} is a clean stop: no more requests, loaders ended, journal written, descriptors let
 * go. What workers have mapped stays theirs.
 */
public final class Holder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Holder.class);

    private static final Duration SWEEP_INTERVAL = Duration.ofSeconds(1);

    private final String instance = UUID.randomUUID().toString();
    private final HolderConfig config;
    private final InstantSource clock;
    private final Instant started;
    private final Closing closing = new Closing();
    private final StateDirectory directory;
    private final Journal journal;
    private final EventLog events;
    private final Counters counters;
    private final MemoryBudget budget;
    private final VersionTable table;
    private final Retirement retirement;
    private final Publication publication;
    private final Leases leases;
    private final Loads loads;
    private final LoaderRequests loaderRequests;
    private final OperatorActions operator;
    private final DigestJobs digests;
    private final Adoption adoption;
    private final Offers offers;
    private final Verification verification;
    private final Connections connections;
    private volatile boolean startedUp;

    private Holder(HolderConfig config, InstantSource clock, ChildPrograms programs) throws IOException {
        this.config = config;
        this.clock = clock;
        this.started = clock.instant();
        try {
            directory = closing.own(StateDirectory.open(config.state(), config.readAccess()));
            journal = closing.own(Journal.open(directory.layout().journal()));
            events = new EventLog(instance, journal);
            counters = new Counters(directory, journal);
            budget = new MemoryBudget(config.memoryBudgetBytes());
            table = new VersionTable(journal, events, clock);
            closing.own(table::close);
            retirement = new Retirement(table, directory, events);
            publication = new Publication(table, retirement, directory, counters, budget, events);
            operator = new OperatorActions(table, retirement);
            leases = new Leases(table, retirement, directory, clock);
            digests = closing.own(new DigestJobs(config, programs));
            adoption = new Adoption(directory, publication, retirement, digests);
            offers = new Offers(table, publication, leases, adoption);
            adoption.begin(journal.state());
            directory.clearTemporaries();
            verification = new Verification(table, retirement, leases, adoption);
            loads = closing.own(new Loads(config, directory, table, publication, programs, retirement::sweep));
            loaderRequests = new LoaderRequests(loads, publication, events, config.placement());
            HolderSocket socket = closing.own(HolderSocket.bind(config.socket()));
            connections = closing.own(new Connections(socket, AccessPolicy.of(directory), this));
        } catch (IOException | RuntimeException e) {
            closing.closeAfter(e);
            throw e;
        }
    }

    /**
     * Starts a holder.
     *
     * @param clock for the ages that status shows
     * @throws IOException if the socket can't be bound; the message says why and what to do
     * @throws RuntimeException if the state directory or the journal can't be used, likewise
     */
    public static Holder start(HolderConfig config, InstantSource clock) throws IOException {
        return start(config, clock, ChildPrograms.SHIPPED);
    }

    /** Starts one with other children; likewise. */
    static Holder start(HolderConfig config, InstantSource clock, ChildPrograms programs) throws IOException {
        Holder holder = new Holder(config, clock, programs);
        holder.connections.start();
        holder.startThread("holdfast-sweep", holder::sweepUntilStopped);
        holder.startThread("holdfast-start", holder::adoptThenLoad);
        LOG.info(
                "holder {} serves {} from {}, models in {}, weights {}, memory budget {}",
                ProcessHandle.current().pid(),
                config.socket(),
                config.state(),
                config.models(),
                config.placement(),
                ByteSize.format(config.memoryBudgetBytes()));
        return holder;
    }

    private void startThread(String name, Runnable body) {
        Thread thread = new Thread(body, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void sweepUntilStopped() {
        while (!closing.awaitBegin(SWEEP_INTERVAL)) {
            try {
                retirement.sweep();
                if (startedUp) {
                    adoption.adoptFromDisk();
                }
            } catch (RuntimeException | Error e) {
                // The next round may find what this one could not deal with; the thread must go on.
                LOG.error("sweep failed", e);
            }
        }
    }

    private void adoptThenLoad() {
        try {
            adoption.adoptFromDisk();
            startedUp = true;
            new StartupLoads(config, table, loads).run();
        } catch (RuntimeException | Error e) {
            LOG.error("adopting or loading at start failed", e);
        }
    }

    String instance() {
        return instance;
    }

    /** The build of ONNX Runtime that its versions are built with; empty for the one in the jars. */
    Optional<Path> runtime() {
        return config.runtime();
    }

    EventLog events() {
        return events;
    }

    VersionTable table() {
        return table;
    }

    Leases leases() {
        return leases;
    }

    Loads loads() {
        return loads;
    }

    LoaderRequests loaderRequests() {
        return loaderRequests;
    }

    OperatorActions operator() {
        return operator;
    }

    Offers offers() {
        return offers;
    }

    DigestJobs digests() {
        return digests;
    }

    Verification verification() {
        return verification;
    }

    /** The table at one moment; the models' counters a little later, so that every version there has its own. */
    StatusReport status() {
        Map<String, Long> numbers = new TreeMap<>();
        Supplier<StatusReport> seen = table.locked(() -> lookAtTable(numbers));
        counters.values().forEach((model, value) -> numbers.put("model." + model, value));
        return seen.get();
    }

    private Supplier<StatusReport> lookAtTable(Map<String, Long> numbers) {
        numbers.put("holder.leases.granted", leases.granted());
        numbers.put("holder.versions.adopted", publication.adopted());
        numbers.put("holder.versions.loaded", publication.loaded());
        List<VersionEntry> entries = table.allEntries();
        long reserved = MemoryBudget.reserved(entries);
        long used = MemoryBudget.used(entries);
        long lastEvent = events.last();
        List<ModelListing> models = table.fullListings();
        return () -> new StatusReport(
                ProcessHandle.current().pid(),
                HoldfastRelease.version(),
                instance,
                Duration.between(started, clock.instant()).toMillis(),
                ResidentMemory.ofThisProcess(),
                budget.limitBytes(),
                reserved,
                used,
                lastEvent,
                numbers,
                models);
    }

    /** Waits until this holder is closed. */
    public void awaitClosed() {
        closing.awaitEnd();
    }

    @Override
    public void close() {
        if (!closing.begin()) {
            closing.awaitEnd();
            return;
        }
        LOG.info("holder {} stops", ProcessHandle.current().pid());
        try {
            leases.stop();
            loads.close();
            digests.close();
            connections.close();
            recordForNext();
        } finally {
            closing.close();
        }
        LOG.info("holder {} has stopped", ProcessHandle.current().pid());
    }

    private void recordForNext() {
        try {
            counters.record();
            events.recordLast();
        } catch (JournalException e) {
            LOG.error("the last counters could not be recorded: {}", e.getMessage());
        }
    }
}
