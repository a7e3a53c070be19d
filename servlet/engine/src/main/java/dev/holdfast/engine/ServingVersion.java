package dev.holdfast.engine;

import dev.holdfast.memory.ContentDigest;
import dev.holdfast.memory.OwnedParts;
import dev.holdfast.protocol.Lease;
import dev.holdfast.protocol.Manifest;
import dev.holdfast.protocol.ManifestCodec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A version in this process: owns its lease, its sessions and what computes with them.
 *
 * <p>Takes requests from any thread until it is retired. The lease may change, as when a restarted holder grants a new
 * one; the sessions stay.
 */
final class ServingVersion {
    private static final Logger LOG = LoggerFactory.getLogger(ServingVersion.class);
    private static final Duration RELEASE_LIMIT = Duration.ofSeconds(5);

    private final ModelVersion declared;
    private final Manifest manifest;
    private final ContentDigest digest;
    private final List<OpenSession> sessions;
    private final Batcher batcher;
    private final RequestCheck check;
    private final RequestLimits limits;
    private final Answers answers;
    private final Timer timer;
    private Lease lease;

    ServingVersion(
            ModelVersion declared,
            Lease lease,
            List<OpenSession> sessions,
            Batcher batcher,
            RequestLimits limits,
            Answers answers,
            Timer timer) {
        this.declared = declared;
        this.manifest = lease.manifest();
        this.digest = ManifestCodec.digestOf(manifest);
        this.lease = lease;
        this.sessions = List.copyOf(sessions);
        this.batcher = batcher;
        this.check = new RequestCheck(declared);
        this.limits = limits;
        this.answers = answers;
        this.timer = timer;
    }

    ModelVersion declared() {
        return declared;
    }

    long number() {
        return declared.version();
    }

    /** Of the manifest, as the holder lists versions. */
    ContentDigest digest() {
        return digest;
    }

    /** Requests that wait now. */
    int waiting() {
        return batcher.waiting();
    }

    /**
     * Takes a request; its answer, or why there is none, goes to {@code answer}.
     *
     * @param caller gives the request up, besides what the request itself carries
     * @param patienceNanos how long a run may be expected to take for the calling thread to compute it; 0 for never
     * @return false if this version is retired and another is to be asked
     */
    boolean submit(
            InferenceRequest request,
            CompletableFuture<InferenceResponse> answer,
            Optional<Cancellation> caller,
            long patienceNanos) {
        long now = timer.nanos();
        Pending pending;
        try {
            pending = new Pending(request, check.check(request), answer, now);
        } catch (InvalidTensorException e) {
            answers.reject(answer, e, timer.nanos() - now);
            return true;
        }
        Timer.Alarm alarms = limits.watch(pending, batcher, caller);
        boolean taken = false;
        try {
            taken = batcher.submit(pending, patienceNanos);
        } catch (QueueFullException e) {
            answers.fail(pending, e);
            taken = true;
        } finally {
            end(pending, alarms, taken);
        }
        return taken;
    }

    /** Without a request in flight there must be no alarm left, nor a hook in a long-lived cancellation. */
    private static void end(Pending pending, Timer.Alarm alarms, boolean taken) {
        if (!taken) {
            alarms.cancel();
        } else {
            pending.whenDone(alarms::cancel);
        }
    }

    synchronized Lease lease() {
        return lease;
    }

    /** Holds the version by another lease on the same manifest from now on. */
    void hold(Lease newer) {
        Lease older;
        synchronized (this) {
            older = lease;
            lease = newer;
        }
        older.close();
    }

    /**
     * Takes no more requests; when the last is done, closes everything and gives the lease back.
     *
     * @return completed when all is closed
     */
    CompletableFuture<@Nullable Void> retire() {
        LOG.info("event=drain model={} version={} waiting={}", declared.model(), number(), waiting());
        return batcher.drain().thenRunAsync(this::close, action -> new Thread(action, "holdfast-retire").start());
    }

    private void close() {
        try (OwnedParts parts = new OwnedParts()) {
            sessions.forEach(parts::add);
            parts.add(batcher);
        } finally {
            Lease last = lease();
            last.release(RELEASE_LIMIT);
            LOG.info("event=release model={} version={} lease={}", declared.model(), number(), last.id());
        }
    }

    /** Gives up every request that waits or runs. */
    void abort(InferenceException reason) {
        limits.abort(reason);
    }
}
