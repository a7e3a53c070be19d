package dev.holdfast.engine;

/**
 * How many requests are in flight at a time, as far as the last batches tell: a batch that has them all need not wait for
 * more, however long it may. In the beginning it is taken for as many as fit a batch.
 *
 * <p>Without it, clients that each wait for their answer fall into two groups, one waiting while the other is computed, and
 * batches stay at half the size they could have. Guarded by the {@link Batcher}'s lock.
 */
final class Crowd {
    /** What a smaller crowd takes off the difference, batch by batch. */
    private static final double FORGETTING = 1.0 / 16;

    private double size;
    private int most;

    /** @param first what to take it for */
    Crowd(int first) {
        this.size = first;
    }

    /** So many requests wait or are computed now. */
    void seen(int inFlight) {
        most = Math.max(most, inFlight);
    }

    /** A batch begins while so many wait or are computed, its own among them. */
    void batchBegins(int inFlight) {
        seen(inFlight);
        size = most > size ? most : size + FORGETTING * (most - size);
        most = 0;
    }

    /** Whether so many waiting requests are all there are likely to be. */
    boolean isWhole(int waiting) {
        return waiting + 0.5 >= size;
    }
}
