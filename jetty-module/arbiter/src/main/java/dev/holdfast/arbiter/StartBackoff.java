package dev.holdfast.arbiter;

import java.time.Duration;

/**
 * When the next worker may start after some died before they were live: at once at first, then after a pause that doubles
 * with each, up to a limit. A worker that gets live ends that.
 */
final class StartBackoff {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final int MOST_DOUBLINGS = 10;

    private int failures;
    private long notBeforeNanos;

    void failed(long nowNanos) {
        notBeforeNanos = nowNanos + pause().toNanos();
        failures++;
    }

    private Duration pause() {
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(failures, MOST_DOUBLINGS));
        return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }

    void succeeded() {
        failures = 0;
    }

    int failures() {
        return failures;
    }

    /**
     * Whether a worker may start now.
     *
     * @param starting how many are on their way: after a failure, one at a time tries
     */
    boolean allows(long nowNanos, long starting) {
        return failures == 0 || (starting == 0 && nowNanos - notBeforeNanos >= 0);
    }
}
