package dev.holdfast.protocol;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** Where a version is in its life; {@link #canBecome} is the one table of transitions. */
public enum VersionState {
    /**
     * Entered when a load of it is accepted. Left for {@link #PUBLISHED} when the holder has taken over its loader's
     * offer, and for {@link #RETIRED} when the load failed and its bytes are freed.
     */
    LOADING,
    /**
     * Entered when a holder that has just started finds it in its journal. Left for {@link #PUBLISHED} once its digest
     * has been recomputed, and for {@link #DRAINING} once nobody is left who could offer it or its bytes are wrong.
     */
    ADOPTING,
    /**
     * Entered when it may be leased. Left for {@link #DRAINING} when the policy lets it go or it is unloaded, and for
     * {@link #CORRUPT} when its digest no longer recomputes, and for {@link #LOST} when the process that owns its memory
     * has ended.
     */
    PUBLISHED,
    /**
     * Entered when it grants no new leases and waits for the open ones, also by a holder that has just started, if it was
     * so under the one before. Left for {@link #RETIRED} when the last has
     * closed and its bytes are freed.
     */
    DRAINING,
    /**
     * Entered when its bytes turned out not to have their digest; it grants no new leases. Left for {@link #DRAINING}
     * when its last lease closes.
     */
    CORRUPT,
    /**
     * Entered when the process that owned its memory has ended: who has it mapped goes on, nobody else can map it, but it
     * may be loaded anew meanwhile. A holder that has just started enters it again. Left for {@link #DRAINING} when its last
     * lease closes or it is unloaded.
     */
    LOST,
    /** Entered when its bytes are freed. Final. */
    RETIRED;

    private static final Map<VersionState, Set<VersionState>> NEXT = new EnumMap<>(Map.of(
            LOADING, EnumSet.of(PUBLISHED, RETIRED),
            ADOPTING, EnumSet.of(PUBLISHED, DRAINING),
            PUBLISHED, EnumSet.of(DRAINING, CORRUPT, LOST),
            CORRUPT, EnumSet.of(DRAINING),
            LOST, EnumSet.of(DRAINING),
            DRAINING, EnumSet.of(RETIRED),
            RETIRED, EnumSet.noneOf(VersionState.class)));

    /** Whether a version in this state may go over to {@code next}. */
    public boolean canBecome(VersionState next) {
        return NEXT.getOrDefault(this, Set.of()).contains(next);
    }

    /**
     * Gives {@code next} back if a version in this state may go over to it.
     *
     * @throws IllegalStateException if it may not; the message names both
     */
    public VersionState checkedNext(VersionState next) {
        if (!canBecome(next)) {
            throw new IllegalStateException("a version can't go from " + this + " to " + next);
        }
        return next;
    }
}
