package dev.holdfast.arbiter;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Workers to be replaced one after the other: each one's successor serves before it is told to end, and it has ended before
 * the next one's turn. Used by the arbiter's loop alone.
 *
 * <p>Where workers have ports of their own, the successor takes over the port, so it comes second.
 */
final class Rolling {
    private final boolean successorFirst;
    private final Set<Worker> outdated = new LinkedHashSet<>();
    private @Nullable Worker current;
    private long begunNanos;

    Rolling(boolean successorFirst) {
        this.successorFirst = successorFirst;
    }

    void add(Worker worker) {
        if (worker.isActive() && worker != current) {
            outdated.add(worker);
        }
    }

    void forget(Worker worker) {
        outdated.remove(worker);
        if (worker == current) {
            current = null;
        }
    }

    /** How many workers there are to be beyond the number wanted. */
    int surplus() {
        Worker leaving = current;
        return successorFirst && leaving != null && leaving.isActive() ? 1 : 0;
    }

    /** The worker to be told to end now, if any. */
    Optional<Worker> next(Fleet fleet, long nowNanos) {
        if (current == null && !outdated.isEmpty()) {
            current = outdated.iterator().next();
            outdated.remove(current);
            begunNanos = nowNanos;
        }
        Worker leaving = current;
        return leaving != null && leaving.isActive() && (!successorFirst || hasSuccessor(fleet, leaving))
                ? Optional.of(leaving)
                : Optional.empty();
    }

    private boolean hasSuccessor(Fleet fleet, Worker leaving) {
        return fleet.all().stream()
                .filter(worker -> worker.state() == WorkerState.LIVE && worker.startedNanos() - begunNanos >= 0)
                .anyMatch(worker ->
                        worker.lastBeat().ready() || !leaving.lastBeat().ready());
    }
}
