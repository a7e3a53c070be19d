package dev.holdfast.engine;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** Pauses between attempts: each up to twice the last, and random, so that a machine's workers don't come all at once. */
final class Backoff {
    private final Duration shortest;
    private final Duration longest;
    private final RandomGenerator random;
    private Duration next;

    Backoff(Duration shortest, Duration longest, RandomGenerator random) {
        this.shortest = shortest;
        this.longest = longest.compareTo(shortest) < 0 ? shortest : longest;
        this.random = random;
        this.next = this.shortest;
    }

    /** The pause before the next attempt: between half and all of a span that doubles up to the longest. */
    Duration next() {
        Duration span = next;
        Duration doubled = span.multipliedBy(2);
        next = doubled.compareTo(longest) > 0 ? longest : doubled;
        long nanos = span.toNanos();
        return Duration.ofNanos(nanos / 2 + random.nextLong(nanos / 2 + 1));
    }

    /** Begins anew, after a success. */
    void reset() {
        next = shortest;
    }
}
