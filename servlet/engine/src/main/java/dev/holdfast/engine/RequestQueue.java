package dev.holdfast.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Requests that wait for one version, and the forming of batches from them. Its owner's lock guards it; time is an
 * argument.
 */
final class RequestQueue {
    /** Inputs of one batch take at most this much, so that one buffer can hold them. */
    static final long MOST_BATCH_BYTES = 1L << 30;

    private final BatchingRule rule;
    /** Of one key each, in order of arrival; none is empty. */
    private final Map<BatchKey, ArrayDeque<Pending>> groups = new LinkedHashMap<>();
    /** Those that waited too long and go behind all others. */
    private final ArrayDeque<Pending> late = new ArrayDeque<>();

    private int size;
    private boolean hurried;

    RequestQueue(BatchingRule rule) {
        this.rule = rule;
    }

    int size() {
        return size;
    }

    void add(Pending pending) {
        groups.computeIfAbsent(key(pending), any -> new ArrayDeque<>()).add(pending);
        size++;
    }

    private BatchKey key(Pending pending) {
        return rule.batches() ? pending.checked().key() : BatchKey.NONE;
    }

    /** Takes a request out; whether it was there. */
    boolean remove(Pending pending) {
        boolean removed = removeFromGroup(pending) || late.remove(pending);
        if (removed) {
            size--;
        }
        return removed;
    }

    private boolean removeFromGroup(Pending pending) {
        ArrayDeque<Pending> group = groups.get(key(pending));
        if (group == null || !group.remove(pending)) {
            return false;
        }
        if (group.isEmpty()) {
            groups.remove(key(pending));
        }
        return true;
    }

    /** Puts a waiting request behind all others; whether it was waiting. */
    boolean delay(Pending pending) {
        boolean waiting = removeFromGroup(pending);
        if (waiting) {
            late.add(pending);
        }
        return waiting;
    }

    /**
     * Takes the next batch out; empty if there is none yet. Of several, the one whose first request is the oldest.
     *
     * @param whole whether no more requests are likely to come, so that none is waited for
     */
    List<Pending> next(long nowNanos, boolean whole) {
        ArrayDeque<Pending> oldest = null;
        int count = 0;
        for (ArrayDeque<Pending> group : groups.values()) {
            int ready = ready(group, nowNanos, whole);
            if (ready > 0 && (oldest == null || isOlder(group, oldest))) {
                oldest = group;
                count = ready;
            }
        }
        if (oldest == null) {
            return groups.isEmpty() && !late.isEmpty() ? take(late, 1) : List.of();
        }
        List<Pending> batch = take(oldest, count);
        if (oldest.isEmpty()) {
            groups.remove(key(batch.get(0)));
        }
        return batch;
    }

    /** Whether {@link #next} would take a batch out. */
    boolean hasNext(long nowNanos, boolean whole) {
        for (ArrayDeque<Pending> group : groups.values()) {
            if (ready(group, nowNanos, whole) > 0) {
                return true;
            }
        }
        return groups.isEmpty() && !late.isEmpty();
    }

    private static boolean isOlder(ArrayDeque<Pending> group, ArrayDeque<Pending> other) {
        return group.getFirst().arrivedNanos() - other.getFirst().arrivedNanos() < 0;
    }

    private List<Pending> take(ArrayDeque<Pending> from, int count) {
        List<Pending> taken = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            taken.add(from.removeFirst());
        }
        size -= count;
        return taken;
    }

    /** How many requests from the group's start are to run now; 0 to wait for more. */
    private int ready(ArrayDeque<Pending> group, long nowNanos, boolean whole) {
        if (!rule.batches()) {
            return 1;
        }
        long rows = 0;
        long sizeBytes = 0;
        int count = 0;
        int preferred = 0;
        boolean full = false;
        for (Iterator<Pending> each = group.iterator(); each.hasNext() && !full; ) {
            CheckedRequest next = each.next().checked();
            full = count > 0
                    && (rows + next.rows() > rule.maxRows() || sizeBytes + next.sizeBytes() > MOST_BATCH_BYTES);
            if (!full) {
                rows += next.rows();
                sizeBytes += next.sizeBytes();
                count++;
                preferred = rule.preferredRows().contains((int) rows) ? count : preferred;
            }
        }
        if (preferred > 0) {
            return preferred;
        }
        return full || whole || rows >= rule.maxRows() || waited(group, nowNanos) ? count : 0;
    }

    private boolean waited(ArrayDeque<Pending> group, long nowNanos) {
        return hurried || nowNanos - group.getFirst().arrivedNanos() >= rule.delayNanos();
    }

    /** Waits for no larger batches from now on. */
    void hurry() {
        hurried = true;
    }

    /** How long from now until a request has waited long enough to run without more; empty if none waits. */
    OptionalLong nanosToNext(long nowNanos) {
        return groups.values().stream()
                .mapToLong(group -> group.getFirst().arrivedNanos() + rule.delayNanos() - nowNanos)
                .min();
    }
}
