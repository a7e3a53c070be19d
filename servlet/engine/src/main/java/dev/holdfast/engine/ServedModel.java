package dev.holdfast.engine;

import dev.holdfast.engine.InferenceException.Reason;
import dev.holdfast.engine.Readiness.ModelReadiness;
import dev.holdfast.engine.Readiness.VersionReadiness;
import dev.holdfast.engine.Readiness.VersionStage;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A model and its versions here. One thread changes the routes; any number follow them. */
final class ServedModel implements Model, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ServedModel.class);

    /** Versions whose statistics are kept, unless more serve. */
    private static final int MOST_STATISTICS = 32;

    private static final Duration MOST_PATIENCE = Duration.ofDays(1);

    private final String name;
    private final ModelCounter counter = new ModelCounter();
    private final Map<Long, StatisticsRecorder> statistics = new ConcurrentSkipListMap<>();
    private final Map<ServingVersion, CompletableFuture<?>> retiring = new ConcurrentHashMap<>();
    private final Map<Long, String> failures = new ConcurrentSkipListMap<>();
    private final LongAdder versionNotFound = new LongAdder();
    private final LongAdder notReady = new LongAdder();
    private volatile Routes routes = Routes.NONE;
    private volatile boolean closing;
    private boolean ended;

    ServedModel(String name) {
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<Long> versions() {
        return List.copyOf(routes.versions().keySet());
    }

    @Override
    public OptionalLong active() {
        return routes.active();
    }

    @Override
    public boolean ready() {
        return !closing && routes.find(OptionalLong.empty()).isPresent();
    }

    @Override
    public boolean ready(long version) {
        return !closing && routes.find(OptionalLong.of(version)).isPresent();
    }

    @Override
    public ModelVersion version() {
        return route(OptionalLong.empty()).declared();
    }

    @Override
    public ModelVersion version(long version) {
        return route(OptionalLong.of(version)).declared();
    }

    @Override
    public void requireServing(OptionalLong version) {
        serving(version);
    }

    @Override
    public InferenceResponse infer(InferenceRequest request) {
        Cancellation interrupt = new Cancellation();
        CompletableFuture<InferenceResponse> answer = new CompletableFuture<>();
        submit(request, answer, Optional.of(interrupt), Long.MAX_VALUE);
        try {
            return answer.get();
        } catch (InterruptedException e) {
            interrupt.cancel();
            Thread.currentThread().interrupt();
            throw new RequestCancelledException("the calling thread was interrupted");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof InferenceException failure
                    ? failure
                    : new InferenceFailedException("the computation failed: " + e.getCause(), e);
        }
    }

    @Override
    public CompletionStage<InferenceResponse> inferAsync(InferenceRequest request) {
        return inferAsync(request, Duration.ZERO);
    }

    @Override
    public CompletionStage<InferenceResponse> inferAsync(InferenceRequest request, Duration patience) {
        CompletableFuture<InferenceResponse> answer = new CompletableFuture<>();
        try {
            submit(request, answer, Optional.empty(), nanos(patience));
        } catch (InferenceException e) {
            answer.completeExceptionally(e);
        }
        return answer.minimalCompletionStage();
    }

    /** Less than {@link #infer} has, whatever is given. */
    private static long nanos(Duration patience) {
        return patience.compareTo(MOST_PATIENCE) < 0 ? patience.toNanos() : MOST_PATIENCE.toNanos();
    }

    /** A version that retires between the look-up and the request is looked up again: its successor is there already. */
    private void submit(
            InferenceRequest request,
            CompletableFuture<InferenceResponse> answer,
            Optional<Cancellation> caller,
            long patienceNanos) {
        boolean taken = false;
        while (!taken) {
            taken = serving(request.version()).submit(request, answer, caller, patienceNanos);
        }
    }

    private ServingVersion serving(OptionalLong version) {
        try {
            return route(version);
        } catch (InferenceException e) {
            (e.reason() == Reason.NOT_READY ? notReady : versionNotFound).increment();
            throw e;
        }
    }

    private ServingVersion route(OptionalLong version) {
        if (closing) {
            throw new ModelNotReadyException("model '" + name + "' is not ready: the engine is closing");
        }
        Routes now = routes;
        return now.find(version).orElseThrow(() -> missing(version, now));
    }

    private InferenceException missing(OptionalLong version, Routes now) {
        if (version.isPresent()) {
            String reason = failures.get(version.getAsLong());
            return new VersionNotFoundException("model '" + name + "' serves versions "
                    + now.versions().keySet() + ", not " + version.getAsLong()
                    + (reason == null ? "" : ": " + reason));
        }
        String reason = failures.isEmpty() ? "no version of it is served yet" : failures.toString();
        return new ModelNotReadyException("model '" + name + "' is not ready: " + reason);
    }

    @Override
    public List<VersionStatistics> statistics() {
        return statistics.values().stream().map(StatisticsRecorder::snapshot).toList();
    }

    @Override
    public Map<Reason, Long> refusals() {
        return Map.of(Reason.VERSION_NOT_FOUND, versionNotFound.sum(), Reason.NOT_READY, notReady.sum());
    }

    @Override
    public long counter() {
        return counter.get();
    }

    ModelCounter sharedCounter() {
        return counter;
    }

    StatisticsRecorder recorder(long version) {
        forgetStatistics();
        return statistics.computeIfAbsent(
                version, missing -> new StatisticsRecorder(name, version, InstantSource.system()));
    }

    /** Makes room for another version's, so that neither memory nor metrics grow with every version there ever was. */
    private void forgetStatistics() {
        Set<Long> wanted = new HashSet<>(routes.versions().keySet());
        retiring.keySet().forEach(version -> wanted.add(version.number()));
        Iterator<Long> versions = statistics.keySet().iterator();
        while (statistics.size() >= MOST_STATISTICS && versions.hasNext()) {
            if (!wanted.contains(versions.next())) {
                versions.remove();
            }
        }
    }

    /** What has been counted for a version; nothing if it is forgotten. */
    VersionStatistics statistics(long version) {
        StatisticsRecorder recorder = statistics.get(version);
        return (recorder == null ? new StatisticsRecorder(name, version, InstantSource.system()) : recorder).snapshot();
    }

    /** Versions whose statistics are kept, ascending. */
    List<Long> countedVersions() {
        return List.copyOf(statistics.keySet());
    }

    Routes routes() {
        return routes;
    }

    /** Sends requests along {@code next} from now on, and retires what is no longer on it. */
    synchronized void route(Routes next) {
        Routes former = routes;
        routes = next;
        if (!former.active().equals(next.active())) {
            LOG.info("event=switch model={} from={} to={}", name, number(former.active()), number(next.active()));
        }
        Set<ServingVersion> gone = new HashSet<>(former.versions().values());
        gone.removeAll(next.versions().values());
        gone.forEach(this::retire);
        if (ended) {
            next.versions().values().forEach(this::retire);
        }
    }

    private static Object number(OptionalLong version) {
        return version.isPresent() ? version.getAsLong() : "none";
    }

    /** Closes a version once its last request is done. */
    void retire(ServingVersion version) {
        CompletableFuture<?> retired = version.retire();
        retiring.put(version, retired);
        CompletableFuture<?> unused = retired.whenComplete((nothing, failure) -> {
            if (failure != null) {
                LOG.error("event=release-failed model={} version={}", name, version.number(), failure);
            }
            retiring.remove(version);
        });
    }

    void failed(long version, String reason) {
        if (!reason.equals(failures.put(version, reason))) {
            LOG.error("event=attach-failed model={} version={} reason={}", name, version, LogValue.quoted(reason));
        }
    }

    void succeeded(long version) {
        failures.remove(version);
    }

    void keepFailures(Set<Long> versions) {
        failures.keySet().retainAll(versions);
    }

    ModelReadiness readiness() {
        List<VersionReadiness> versions = new ArrayList<>();
        Routes now = routes;
        now.versions().values().forEach(version -> versions.add(stage(version, VersionStage.SERVING)));
        retiring.keySet().forEach(version -> versions.add(stage(version, VersionStage.DRAINING)));
        failures.forEach((version, reason) ->
                versions.add(new VersionReadiness(version, VersionStage.FAILED, false, 0, 0, Optional.of(reason))));
        versions.sort(Comparator.comparingLong(VersionReadiness::version));
        return new ModelReadiness(name, now.active(), versions);
    }

    private static VersionReadiness stage(ServingVersion version, VersionStage stage) {
        return new VersionReadiness(
                version.number(),
                stage,
                version.lease().isConnected(),
                version.waiting(),
                version.declared().arenaBytes(),
                Optional.empty());
    }

    /** Refuses new requests; {@link #close} does the rest. */
    void beginClose() {
        closing = true;
    }

    /** What closes while this does: give it time, then {@link #abort}. */
    synchronized List<CompletableFuture<?>> retireAll() {
        route(Routes.NONE);
        ended = true;
        return List.copyOf(retiring.values());
    }

    /** Gives up every request that still waits or runs. */
    void abort() {
        retiring.keySet().forEach(version -> version.abort(new ModelNotReadyException("the engine is closing")));
    }

    @Override
    public void close() {
        counter.close();
    }
}
