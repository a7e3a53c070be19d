package dev.holdfast.protocol;

import java.util.Optional;

/**
 * Asks to lease one version; answered by {@link Granted} or {@link Refused}. Needs {@link Right#READ}.
 *
 * <p>A connection carries at most one lease, and the lease ends with the connection.
 *
 * @param model the model's name
 * @param selector which of its versions
 * @param waitMillis how long the holder may wait for a suitable version; 0 to be answered at once, at most
 *     {@link #LONGEST_WAIT_MILLIS}
 * @param runtime what the client would run the version with; empty if it only reads
 */
public record LeaseRequest(String model, VersionSelector selector, long waitMillis, Optional<RuntimeIdentity> runtime)
        implements Request {
    /** The longest a holder lets one request wait; a client that wants longer asks again. */
    public static final long LONGEST_WAIT_MILLIS = 10_000;

    /** @throws IllegalArgumentException if the name is not a model's or the wait is out of range */
    public LeaseRequest {
        ModelName.check(model);
        if (waitMillis < 0 || waitMillis > LONGEST_WAIT_MILLIS) {
            throw new IllegalArgumentException(
                    "one request waits 0 to " + LONGEST_WAIT_MILLIS + " ms for a lease, not " + waitMillis);
        }
    }

    @Override
    public <R> R handledBy(RequestHandler<R> handler) {
        return handler.leaseRequest(this);
    }
}
