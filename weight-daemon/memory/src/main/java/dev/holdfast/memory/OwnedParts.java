package dev.holdfast.memory;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * What an owner is made of: closed together, the last added first, each even if another fails to close.
 *
 * <p>While an owner is being made, its parts are here in a try block, which closes those that there are when one can't
 * be had; {@link #handOver()} then gives them to the finished owner. Used by one thread at a time.
 */
public final class OwnedParts implements AutoCloseable {
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();

    /** None yet. */
    public OwnedParts() {}

    /** Takes over one more, which may use those before it. */
    public <T extends AutoCloseable> T add(T part) {
        parts.push(part);
        return part;
    }

    /** All parts so far, in a new owner; this one has none left. */
    public OwnedParts handOver() {
        OwnedParts owner = new OwnedParts();
        owner.parts.addAll(parts);
        parts.clear();
        return owner;
    }

    /** @throws RuntimeException what the first part that failed threw; later ones are suppressed in it */
    @Override
    public void close() {
        RuntimeException failure = null;
        while (!parts.isEmpty()) {
            failure = closed(parts.pop(), failure);
        }
        if (failure != null) {
            throw failure;
        }
    }

    private static @Nullable RuntimeException closed(AutoCloseable part, @Nullable RuntimeException earlier) {
        try {
            part.close();
            return earlier;
        } catch (Exception e) {
            RuntimeException failure = e instanceof RuntimeException r ? r : new IllegalStateException(e);
            if (earlier == null) {
                return failure;
            }
            earlier.addSuppressed(failure);
            return earlier;
        }
    }
}
