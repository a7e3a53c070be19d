package dev.holdfast.bench.http;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;
import org.jspecify.annotations.Nullable;

/** What one thread's connections have come to; that thread counts, another one takes the counts away. */
final class Tally {
    private static final long FINEST_NANOS = 1000;
    private static final long LONGEST_NANOS = 3_600_000_000_000L;
    private static final int SIGNIFICANT_DIGITS = 3;

    private final SingleWriterRecorder latencies =
            new SingleWriterRecorder(FINEST_NANOS, LONGEST_NANOS, SIGNIFICANT_DIGITS);
    private final Map<Failure, AtomicLong> failures = new EnumMap<>(Failure.class);
    private final AtomicLong connections = new AtomicLong();
    private volatile @Nullable String lastFailure;

    Tally() {
        for (Failure failure : Failure.values()) {
            failures.put(failure, new AtomicLong());
        }
    }

    void answered(long nanos) {
        latencies.recordValue(Math.min(nanos, LONGEST_NANOS));
    }

    /** A connection was established. */
    void connected() {
        connections.incrementAndGet();
    }

    void failed(Failure failure, String reason) {
        lastFailure = failure.label() + ": " + reason;
        failures.computeIfAbsent(failure, missing -> new AtomicLong()).incrementAndGet();
    }

    /** Adds what has been counted since the last call. */
    void takeInto(Histogram sum, Map<Failure, Long> failed) {
        sum.add(latencies.getIntervalHistogram());
        failures.forEach((failure, count) -> failed.merge(failure, count.getAndSet(0), Long::sum));
    }

    /** Since the last call. */
    long takeConnections() {
        return connections.getAndSet(0);
    }

    /** The last failure of all, in words. */
    @Nullable
    String lastFailure() {
        return lastFailure;
    }

    static Histogram emptySum() {
        return new Histogram(FINEST_NANOS, LONGEST_NANOS, SIGNIFICANT_DIGITS);
    }
}
