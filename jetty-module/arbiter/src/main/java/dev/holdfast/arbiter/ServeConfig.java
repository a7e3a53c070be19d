package dev.holdfast.arbiter;

import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * How the arbiter runs its workers.
 *
 * @param workers how many, at first; 1 or more
 * @param silenceLimit a worker that says nothing for so long is killed and replaced
 * @param gracefulLimit how long a worker that is to end has for its connections
 * @param maxRequests after how many requests a worker is replaced; empty for never
 * @param maxRequestsJitter the most that is added to it, by chance for each worker, so that not all go at once
 * @param control the control socket
 */
record ServeConfig(
        int workers,
        Duration silenceLimit,
        Duration gracefulLimit,
        OptionalLong maxRequests,
        long maxRequestsJitter,
        Path control) {
    /** How long a worker may take until it accepts connections, if that is more than the limit of silence. */
    static final Duration START_LIMIT = Duration.ofSeconds(60);

    /** How long a worker has that is told to end at once. */
    static final Duration QUICK_LIMIT = Duration.ofSeconds(2);

    /** @throws IllegalArgumentException if a number is out of range; names the option */
    ServeConfig {
        if (workers < 1) {
            throw new IllegalArgumentException("--workers must be 1 or more, but is " + workers);
        }
        if (maxRequests.isPresent() && maxRequests.getAsLong() < 1) {
            throw new IllegalArgumentException("--max-requests must be 1 or more, but is " + maxRequests.getAsLong());
        }
        if (maxRequestsJitter < 0) {
            throw new IllegalArgumentException("--max-requests-jitter can't be negative, but is " + maxRequestsJitter);
        }
    }

    /** Until a worker that is to end is killed: after it has given up its last connections by itself. */
    Duration killLimit() {
        return gracefulLimit.plus(QUICK_LIMIT);
    }

    /** Until a worker is live. */
    Duration startLimit() {
        return silenceLimit.compareTo(START_LIMIT) > 0 ? silenceLimit : START_LIMIT;
    }
}
