package dev.holdfast.engine;

import java.util.List;
import java.util.stream.LongStream;

/**
 * How long something took, each time that it happened: in all, and by bucket.
 *
 * @param nanos all of it, in nanoseconds
 * @param counts how often it took longer than one of {@link #BOUNDS_NANOS} and not longer than the next; the first has
 *     nothing below it and the last nothing above
 */
public record TimeHistogram(long nanos, List<Long> counts) {
    /** Greatest time of each bucket but the last, in nanoseconds, ascending: 50 microseconds to 10 seconds. */
    public static final List<Long> BOUNDS_NANOS = LongStream.of(
                    50,
                    100,
                    250,
                    500,
                    1_000,
                    2_500,
                    5_000,
                    10_000,
                    25_000,
                    50_000,
                    100_000,
                    250_000,
                    500_000,
                    1_000_000,
                    2_500_000,
                    5_000_000,
                    10_000_000)
            .map(micros -> micros * 1000)
            .boxed()
            .toList();

    /** @throws IllegalArgumentException if there is not one count for each bucket */
    public TimeHistogram {
        counts = List.copyOf(counts);
        if (counts.size() != BOUNDS_NANOS.size() + 1) {
            throw new IllegalArgumentException(
                    BOUNDS_NANOS.size() + 1 + " buckets need as many counts, not " + counts.size());
        }
    }

    /** The same without its buckets. */
    public VersionStatistics.Timed timed() {
        return new VersionStatistics.Timed(count(), nanos);
    }

    /** How often it happened. */
    public long count() {
        return counts.stream().mapToLong(Long::longValue).sum();
    }
}
