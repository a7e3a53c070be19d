package dev.holdfast.protocol;

import java.time.Duration;

/**
 * A moment by which something must be done, on {@link System#nanoTime()}'s clock.
 *
 * <p>Immutable.
 */
final class Deadline {
    /** Never over. */
    static final Deadline NEVER = new Deadline(0, true);

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final long nanoTime;
    private final boolean never;

    private Deadline(long nanoTime, boolean never) {
        this.nanoTime = nanoTime;
        this.never = never;
    }

    /** That long from now; {@link #NEVER} for a duration beyond a century. */
    static Deadline after(Duration duration) {
        if (duration.compareTo(Duration.ofDays(36_500)) > 0) {
            return NEVER;
        }
        return new Deadline(System.nanoTime() + duration.toNanos(), false);
    }

    boolean isOver() {
        return !never && nanoTime - System.nanoTime() <= 0;
    }

    /** What poll(2) takes: milliseconds left, rounded up, at least 0; -1 if never over. */
    int pollMillis() {
        if (never) {
            return -1;
        }
        long left = remainingNanos();
        return (int) Math.min(Integer.MAX_VALUE, (left + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI);
    }

    /** Nanoseconds left, at least 0. */
    long remainingNanos() {
        return never ? Long.MAX_VALUE : Math.max(0, nanoTime - System.nanoTime());
    }
}
