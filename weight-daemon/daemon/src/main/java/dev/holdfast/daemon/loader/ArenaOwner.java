package dev.holdfast.daemon.loader;

import dev.holdfast.memory.AdvisoryLock;
import dev.holdfast.memory.Lifeline;
import dev.holdfast.memory.WeightArena;
import dev.holdfast.protocol.Done;
import dev.holdfast.protocol.HolderClient;
import dev.holdfast.protocol.HolderException;
import dev.holdfast.protocol.Lease;
import dev.holdfast.protocol.LoaderConnection;
import dev.holdfast.protocol.Manifest;
import dev.holdfast.protocol.RefusalCode;
import dev.holdfast.protocol.RefusedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A published arena that lives only as long as this process, and what decides how long that is.
 *
 * <p>Holder and leases each have the users' end of a lifeline. While any of them has it, the memory stays. Once none has,
 * either the holder let the version go or it is no more: the version is offered to whatever holder answers, which takes
 * it, or refuses it because it has retired it. If none answers for the time that this process is patient, nobody needs the
 * memory any more. The lock on the version's files is held all the time, so that no holder loads it a second time beside
 * this. Knows nothing of what kind of memory it is. Used by one thread.
 */
final class ArenaOwner implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ArenaOwner.class);

    /** Refusals that time may cure; any other says that the holder does not want the version. */
    private static final Set<RefusalCode> PASSING = Set.of(
            RefusalCode.LEASE_UNAVAILABLE,
            RefusalCode.STOPPING,
            RefusalCode.STORAGE_FAILED,
            RefusalCode.TOO_MANY_CONNECTIONS,
            RefusalCode.INTERNAL);

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(20);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    private final Path socket;
    private final Manifest manifest;
    private final WeightArena arena;
    private final AdvisoryLock use;
    private final Duration patience;
    private Lifeline lifeline;

    private enum Answer {
        TAKEN,
        REFUSED,
        NONE
    }

    /**
     * @param socket of this and of every later holder
     * @param arena owned by this from now on
     * @param use shared lock on the version's {@code weights}; owned by this from now on
     * @param patience how long to wait for a holder when nobody has the version
     */
    ArenaOwner(Path socket, Manifest manifest, WeightArena arena, AdvisoryLock use, Duration patience) {
        this.socket = socket;
        this.manifest = manifest;
        this.arena = arena;
        this.use = use;
        this.patience = patience;
        this.lifeline = Lifeline.create();
    }

    /**
     * Offers the version as its loader.
     *
     * @throws dev.holdfast.protocol.ConnectionLostException if the holder went away, before or after it published it
     */
    Done offerTo(LoaderConnection holder) {
        try {
            return holder.offer(manifest, List.of(lifeline.usersEnd()));
        } finally {
            lifeline.giveAway();
        }
    }

    /** Returns when nobody needs the memory any more. */
    void awaitUnwanted() {
        boolean wanted = true;
        while (wanted) {
            lifeline.awaitAbandoned();
            wanted = offerAgain();
        }
        LOG.info("{} is given up: no holder wants it and nobody has it", this);
    }

    /** Returns whether a holder has taken it. */
    private boolean offerAgain() {
        long deadline = System.nanoTime() + patience.toNanos();
        Duration pause = SHORTEST_PAUSE;
        Answer answer = offerOnce();
        while (answer == Answer.NONE && System.nanoTime() < deadline && pause(pause)) {
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
            answer = offerOnce();
        }
        return answer == Answer.TAKEN;
    }

    private static boolean pause(Duration length) {
        try {
            Thread.sleep(length.toMillis());
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private Answer offerOnce() {
        lifeline.close();
        lifeline = Lifeline.create();
        try (HolderClient holder = HolderClient.connect(socket, CONNECT_LIMIT);
                Lease lease = holder.offer(manifest, List.of(lifeline.usersEnd()))) {
            // The holder has it now; this process needs no lease on what is its own.
            lease.release(CONNECT_LIMIT);
        } catch (RefusedException e) {
            LOG.info("{} is refused: {}", this, e.getMessage());
            return PASSING.contains(e.code()) ? Answer.NONE : Answer.REFUSED;
        } catch (HolderException e) {
            LOG.debug("{} waits for a holder", this, e);
            return Answer.NONE;
        }
        lifeline.giveAway();
        // A holder that let go of it at once will say why at the next offer.
        return lifeline.isAbandoned() ? Answer.NONE : Answer.TAKEN;
    }

    /** Frees the memory, then lets go of the lock: whoever wins it may count on the room. */
    @Override
    public void close() {
        try (AdvisoryLock last = use;
                WeightArena second = arena) {
            lifeline.close();
        }
    }

    @Override
    public String toString() {
        return "version " + manifest.version() + " of model '" + manifest.model() + "', owned by this process,";
    }
}
