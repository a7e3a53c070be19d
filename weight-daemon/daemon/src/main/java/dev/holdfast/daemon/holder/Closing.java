package dev.holdfast.daemon.holder;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a holder owns, closed in reverse order of becoming owned, each even if one before it failed. Thread-safe.
 */
final class Closing implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Closing.class);

    private final Deque<AutoCloseable> owned = new ArrayDeque<>();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private boolean claimed;

    synchronized <T extends AutoCloseable> T own(T resource) {
        owned.push(resource);
        return resource;
    }

    /** Returns true for the one caller who is to close */
    synchronized boolean begin() {
        boolean first = !claimed;
        claimed = true;
        begun.countDown();
        return first;
    }

    /** Waits for the beginning of the close. @return whether it has begun */
    boolean awaitBegin(Duration longest) {
        return await(begun, longest);
    }

    /** Waits until all is closed. */
    void awaitEnd() {
        boolean over = false;
        while (!over && !Thread.currentThread().isInterrupted()) {
            over = await(ended, Duration.ofHours(1));
        }
    }

    /** An interrupt counts as the beginning of the end. */
    private static boolean await(CountDownLatch latch, Duration longest) {
        try {
            return latch.await(longest.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** Closes what a failed start had opened; failures of that are attached to its cause. */
    void closeAfter(Throwable cause) {
        for (AutoCloseable resource : drain()) {
            try {
                resource.close();
            } catch (Exception e) {
                cause.addSuppressed(e);
            }
        }
        ended.countDown();
    }

    @Override
    public void close() {
        for (AutoCloseable resource : drain()) {
            try {
                resource.close();
            } catch (Exception e) {
                LOG.error("closing {} failed", resource, e);
            }
        }
        ended.countDown();
    }

    private synchronized Deque<AutoCloseable> drain() {
        Deque<AutoCloseable> all = new ArrayDeque<>(owned);
        owned.clear();
        return all;
    }
}
