package dev.holdfast.engine;

/**
 * How long a run is expected to take: for each byte of its inputs as long as the slowest of the last runs, of which older
 * ones count less and less. Before the first run it is forever. Any thread.
 */
final class RunEstimate {
    /** What a quicker run takes off the difference: after 100 of them a slow one counts for nothing. */
    private static final double FORGETTING = 1.0 / 16;

    /** Below this, it is calls and not elements that take the time. */
    private static final long LEAST_BYTES = 4096;

    private volatile double nanosPerByte = Double.POSITIVE_INFINITY;

    /** A run of inputs of that size has taken so long. */
    synchronized void ran(long sizeBytes, long nanos) {
        double last = (double) nanos / Math.max(LEAST_BYTES, sizeBytes);
        double former = nanosPerByte;
        boolean slower = Double.isInfinite(former) || last > former;
        nanosPerByte = slower ? last : former + FORGETTING * (last - former);
    }

    /** Whether a run of inputs of that size is expected to end within a limit: never within 0, always within the largest. */
    boolean isWithin(long sizeBytes, long limitNanos) {
        return limitNanos == Long.MAX_VALUE
                || (limitNanos > 0 && nanosPerByte * Math.max(LEAST_BYTES, sizeBytes) <= limitNanos);
    }
}
