package dev.holdfast.arbiter;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** Where a worker is in its life, as the arbiter sees it. */
enum WorkerState {
    /** Its process was started; it does not accept connections yet. */
    STARTING,
    /** It accepts connections. */
    LIVE,
    /** It was told to end, after its connections or at once. */
    RETIRING,
    /** It served, and its end is certain; its process is still there. */
    DYING,
    /** Its process has ended; final. */
    GONE;

    private static final Map<WorkerState, Set<WorkerState>> NEXT = new EnumMap<>(Map.of(
            STARTING, EnumSet.of(LIVE, RETIRING, GONE), // GONE: died before it was live; others start later and later
            LIVE, EnumSet.of(RETIRING, DYING, GONE), // DYING, GONE: replaced at once
            RETIRING, EnumSet.of(GONE),
            DYING, EnumSet.of(GONE),
            GONE, EnumSet.noneOf(WorkerState.class)));

    /** Whether that is a step of its life. */
    boolean canBecome(WorkerState next) {
        return NEXT.getOrDefault(this, Set.of()).contains(next);
    }
}
