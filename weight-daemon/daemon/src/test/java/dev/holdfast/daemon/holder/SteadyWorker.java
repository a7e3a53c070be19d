package dev.holdfast.daemon.holder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.memory.WeightArena;
import dev.holdfast.protocol.HolderClient;
import dev.holdfast.protocol.Lease;
import dev.holdfast.protocol.VersionSelector;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A well-behaved client that leases, opens and gives back all the time; closing it fails if anything ever failed. */
final class SteadyWorker implements AutoCloseable {
    private final HolderClient client;
    private final String model;
    private final AtomicInteger leases = new AtomicInteger();
    private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
    private final Thread thread;
    private volatile boolean stopping;

    SteadyWorker(HolderClient client, String model) {
        this.client = client;
        this.model = model;
        this.thread = new Thread(this::leaseUntilStopped, "steady-worker");
        thread.start();
    }

    private void leaseUntilStopped() {
        try {
            do {
                leaseOnce();
            } while (!stopping);
        } catch (RuntimeException e) {
            failure.set(e);
        }
    }

    private void leaseOnce() {
        try (Lease lease = client.lease(model, VersionSelector.active(), Duration.ZERO, Optional.empty())) {
            try (WeightArena arena = lease.openArena()) {
                assertThat(arena.sizeBytes()).isEqualTo(lease.manifest().arena().sizeBytes());
            }
            if (!lease.release(HolderBase.LIMIT)) {
                throw new IllegalStateException("the holder did not confirm the release");
            }
        }
        client.list();
        leases.incrementAndGet();
    }

    /** Ends it and fails if a lease failed, or none came about. */
    @Override
    public void close() {
        stopping = true;
        try {
            thread.join(HolderBase.LIMIT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        client.close();
        assertThat(thread.isAlive()).as("the steady worker is stuck").isFalse();
        assertThat(failure.get()).as("what the steady worker saw").isNull();
        assertThat(leases.get()).isPositive();
    }
}
