package dev.holdfast.memory;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The open descriptors and mappings of this process with where each was opened, for tests that look for leaks.
 *
 * <p>Off until {@link #track()} is called, since a stack trace per descriptor is not for production.
 */
public final class OpenOwners {
    private static final Map<Object, Throwable> OPEN = new ConcurrentHashMap<>();
    private static volatile boolean tracking;

    private OpenOwners() {}

    /** Starts to record; what is open already stays unknown. */
    static void track() {
        tracking = true;
    }

    /** Notes an owner that has just come to own something native. */
    public static void opened(Object owner) {
        if (tracking) {
            OPEN.put(owner, new Throwable("opened here: " + owner));
        }
    }

    /** Notes that an owner has given it back. */
    public static void closed(Object owner) {
        OPEN.remove(owner);
    }

    /** What is open now; the values' stack traces say where it was opened. */
    static Map<Object, Throwable> open() {
        return Map.copyOf(OPEN);
    }
}
