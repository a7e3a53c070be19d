package dev.holdfast.arbiter;

import java.util.LinkedHashSet;
import java.util.List;
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

    /**
     * Which of the active workers is to go if there is one too many: the youngest, but rather not one of those that a
     * replacement is about; without its successor it would never end.
     *
     * @param active one at least
     */
    Worker dispensable(List<Worker> active) {
        List<Worker> bystanders =
                active.stream().filter(worker -> !isBeingReplaced(worker)).toList();
        List<Worker> choice = bystanders.isEmpty() ? active : bystanders;
        return choice.get(choice.size() - 1);
    }

    /** Whether it is leaving, or may be the successor. */
    private boolean isBeingReplaced(Worker worker) {
        return surplus() > 0 && (worker == current || startedSince(worker));
    }

    private boolean startedSince(Worker worker) {
        return worker.startedNanos() - begunNanos >= 0;
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
                .filter(worker -> worker.state() == WorkerState.LIVE && startedSince(worker))
                .anyMatch(worker ->
                        worker.lastBeat().ready() || !leaving.lastBeat().ready());
    }
}
