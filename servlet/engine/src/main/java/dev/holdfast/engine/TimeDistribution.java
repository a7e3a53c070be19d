package dev.holdfast.engine;

import java.util.List;
import javax.management.ConstructorParameters;

/** A {@link TimeHistogram} as JMX carries it. Immutable. */
public final class TimeDistribution {
    private final long nanos;
    private final List<Long> boundsNanos;
    private final List<Long> counts;

    /** For JMX clients. */
    @ConstructorParameters({"nanos", "boundsNanos", "counts"})
    public TimeDistribution(long nanos, List<Long> boundsNanos, List<Long> counts) {
        this.nanos = nanos;
        this.boundsNanos = List.copyOf(boundsNanos);
        this.counts = List.copyOf(counts);
    }

    static TimeDistribution of(TimeHistogram histogram) {
        return new TimeDistribution(histogram.nanos(), TimeHistogram.BOUNDS_NANOS, histogram.counts());
    }

    /** How often it happened. */
    public long getCount() {
        return counts.stream().mapToLong(Long::longValue).sum();
    }

    /** How long it took in all, in nanoseconds. */
    public long getNanos() {
        return nanos;
    }

    /** Greatest time of each bucket but the last, in nanoseconds, ascending. */
    public List<Long> getBoundsNanos() {
        return boundsNanos;
    }

    /** How often it fell into each bucket alone; one more than there are bounds. */
    public List<Long> getCounts() {
        return counts;
    }
}
