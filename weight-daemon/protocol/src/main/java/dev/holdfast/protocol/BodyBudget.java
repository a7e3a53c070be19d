package dev.holdfast.protocol;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * How many bytes the large bodies of all connections that share this may take while they are received, so that many
 * peers at once can't exhaust a small heap. Bodies up to {@link FrameConnection#SMALL_BODY_BYTES} are free. Thread-safe.
 */
public final class BodyBudget {
    private final Semaphore bytes;

    /**
     * A budget of that many bytes.
     *
     * @throws IllegalArgumentException if one body of {@link FrameConnection#LARGEST_BODY_BYTES} would not fit
     */
    public BodyBudget(int bytes) {
        if (bytes < FrameConnection.LARGEST_BODY_BYTES) {
            throw new IllegalArgumentException(
                    "a budget of " + bytes + " bytes has no room for a body of " + FrameConnection.LARGEST_BODY_BYTES);
        }
        this.bytes = new Semaphore(bytes, true);
    }

    /**
     * Waits for room for a body.
     *
     * @throws ProtocolException if there is none in time
     */
    void take(int bodyBytes, Deadline deadline) {
        try {
            if (isLarge(bodyBytes) && !bytes.tryAcquire(bodyBytes, deadline.remainingNanos(), TimeUnit.NANOSECONDS)) {
                throw new ProtocolException("too many large messages at once; try again");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProtocolException("interrupted before a large message could be received", e);
        }
    }

    void giveBack(int bodyBytes) {
        if (isLarge(bodyBytes)) {
            bytes.release(bodyBytes);
        }
    }

    private static boolean isLarge(int bodyBytes) {
        return bodyBytes > FrameConnection.SMALL_BODY_BYTES;
    }
}
