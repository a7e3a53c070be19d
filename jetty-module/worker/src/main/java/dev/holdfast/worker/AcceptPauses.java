package dev.holdfast.worker;

import java.util.concurrent.TimeUnit;

/**
 * After which connections an acceptor pauses: after each, but not after so many in a second that they must be too short to be
 * spread, and come too fast to wait. Used by one thread.
 */
final class AcceptPauses {
    /** In a second. */
    static final int MOST = 500;

    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private long secondNanos;
    private int pauses;

    /** @param nowNanos of {@link System#nanoTime}, from which the seconds are counted */
    AcceptPauses(long nowNanos) {
        secondNanos = nowNanos;
    }

    /** Counts a connection accepted at {@code nowNanos}. @return whether to pause after it */
    boolean isDue(long nowNanos) {
        if (nowNanos - secondNanos >= SECOND_NANOS) {
            secondNanos = nowNanos;
            pauses = 0;
        }
        return pauses++ < MOST;
    }
}
