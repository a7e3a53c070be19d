package dev.holdfast.daemon.holder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.daemon.loader.Placement;
import dev.holdfast.memory.ArenaKind;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.protocol.Event;
import dev.holdfast.protocol.EventType;
import dev.holdfast.protocol.HolderClient;
import dev.holdfast.protocol.HolderEvents;
import dev.holdfast.protocol.Lease;
import dev.holdfast.protocol.ModelListing;
import dev.holdfast.protocol.RefusedException;
import dev.holdfast.protocol.StatusReport;
import dev.holdfast.protocol.VersionSelector;
import dev.holdfast.protocol.VersionState;
import dev.holdfast.protocol.VersionSummary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** A holder in this process with a client, and what can be seen of it from outside: table, files, loaders, descriptors. */
final class ServingHolder implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final HolderBase base;
    private final Holder holder;
    private final HolderClient client;

    private ServingHolder(HolderBase base, Holder holder) {
        this.base = base;
        this.holder = holder;
        this.client = base.client();
    }

    static ServingHolder start(Path root, ArenaLayout layout) throws IOException {
        return start(root, Placement.onHost(layout));
    }

    static ServingHolder start(Path root, ArenaLayout layout, UnaryOperator<HolderConfig> change) throws IOException {
        return start(root, Placement.onHost(layout), change);
    }

    static ServingHolder start(Path root, Placement placement) throws IOException {
        return start(root, placement, UnaryOperator.identity());
    }

    static ServingHolder start(Path root, Placement placement, UnaryOperator<HolderConfig> change) throws IOException {
        HolderBase base = new HolderBase(root);
        return new ServingHolder(base, base.start(placement, config -> change.apply(lean(config))));
    }

    /** Loaders that live for a second are quicker without the optimising compiler. */
    private static HolderConfig lean(HolderConfig config) {
        return with(config, config.memoryBudgetBytes(), config.loadDeadline(), config.cacheLimitBytes());
    }

    static HolderConfig with(HolderConfig config, long budgetBytes, Duration loadDeadline, long cacheLimitBytes) {
        return new HolderConfig(
                        config.models(),
                        config.socket(),
                        config.state(),
                        config.placement(),
                        budgetBytes,
                        config.readersGroup(),
                        loadDeadline,
                        config.loads(),
                        config.loadAll(),
                        cacheLimitBytes,
                        List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"))
                .withOwnerPatience(config.ownerPatience());
    }

    HolderClient client() {
        return client;
    }

    Path models() {
        return base.models();
    }

    Path state() {
        return base.state();
    }

    void load(String model, long version) {
        client.load(model, Optional.of(version), false);
    }

    CompletableFuture<Void> loadMeanwhile(String model, long version) {
        return CompletableFuture.runAsync(() -> {
            try (HolderClient own = base.client()) {
                own.load(model, Optional.of(version), false);
            }
        });
    }

    RefusedException refusalOfLoad(String model, long version) {
        return refusal(() -> load(model, version));
    }

    static RefusedException refusal(Runnable request) {
        RefusedException refused = catchThrowableOfType(RefusedException.class, request::run);
        assertThat(refused).as("the holder should have refused").isNotNull();
        return refused;
    }

    Lease lease(String model, VersionSelector selector) {
        return client.lease(model, selector, Duration.ZERO, Optional.empty());
    }

    void assertLeasable(String model, long version) {
        try (Lease lease = lease(model, VersionSelector.exactly(version))) {
            assertThat(lease.manifest().version()).isEqualTo(version);
        }
    }

    StatusReport status() {
        return client.status();
    }

    Optional<ModelListing> model(String name) {
        return client.list().stream().filter(model -> model.name().equals(name)).findFirst();
    }

    Optional<VersionSummary> version(String model, long number) {
        return model(model).stream()
                .flatMap(listing -> listing.versions().stream())
                .filter(version -> version.version() == number)
                .findFirst();
    }

    Optional<VersionState> state(String model, long number) {
        return version(model, number).map(VersionSummary::state);
    }

    Optional<Long> active(String model) {
        return model(model).flatMap(ModelListing::active);
    }

    /** The directory of a version's files. */
    Path directory(String model, long number) {
        String digest =
                version(model, number).orElseThrow().digest().orElseThrow().hex();
        return state().resolve("versions").resolve(digest);
    }

    /** Lets go of all of a model's versions and waits until none is left. */
    void unloadAll(String model) {
        client.unload(model, Optional.empty(), true);
        await("the retirement of " + model, () -> model(model).isEmpty());
    }

    HolderEvents watch() {
        return client.watch(Optional.empty(), 0);
    }

    /** The next event of that type; fails if none comes in time. */
    static Event next(HolderEvents events, EventType type) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            Optional<Event> event = events.next(Duration.ofSeconds(1));
            if (event.filter(found -> found.eventType() == type).isPresent()) {
                return event.get();
            }
        }
        throw new AssertionError("no event " + type);
    }

    List<Path> temporaries() {
        return children(state().resolve("tmp"));
    }

    List<Path> cacheEntries() {
        return children(state().resolve("cache"));
    }

    static List<Path> children(Path directory) {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many descriptors of each sort this process has: memfds, sockets, pipes and the holder's own files. */
    Map<String, Long> descriptors() {
        Map<String, Long> counts = new TreeMap<>();
        for (Path descriptor : children(Path.of("/proc/self/fd"))) {
            sortOf(descriptor).ifPresent(sort -> counts.merge(sort, 1L, Long::sum));
        }
        return counts;
    }

    private Optional<String> sortOf(Path descriptor) {
        try {
            String target = Files.readSymbolicLink(descriptor).toString();
            return target.startsWith(state().toString())
                    ? Optional.of("file")
                    : Stream.of("/memfd", "socket", "pipe")
                            .filter(target::startsWith)
                            .findFirst();
        } catch (NoSuchFileException closedSinceItWasListed) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until nothing of a load is left: work directory, process unless it owns a version, descriptor, reservation. */
    void awaitNothingLeft(Map<String, Long> descriptorsBefore) {
        assertThat(temporaries()).isEmpty();
        assertThat(status().reservedBytes()).isZero();
        await(
                "the loader's end",
                () -> RunningLoaders.of(ProcessHandle.current()).size() == owners());
        // Connections that were ending when they were counted may be gone by now; more than that must not be open.
        await("descriptors " + descriptorsBefore, () -> isWithin(descriptorsBefore), this::descriptors);
    }

    private long owners() {
        return client.list().stream()
                .flatMap(listing -> listing.versions().stream())
                .filter(version -> version.kind() == ArenaKind.CUDA_IPC)
                .count();
    }

    private boolean isWithin(Map<String, Long> descriptorsBefore) {
        return descriptors().entrySet().stream()
                .allMatch(now -> now.getValue() <= descriptorsBefore.getOrDefault(now.getKey(), 0L));
    }

    static void await(String what, BooleanSupplier condition) {
        await(what, condition, () -> "");
    }

    private static void await(String what, BooleanSupplier condition, Supplier<Object> instead) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("waited in vain for " + what + "; there is " + instead.get());
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    @Override
    public void close() {
        client.close();
        holder.close();
    }
}
