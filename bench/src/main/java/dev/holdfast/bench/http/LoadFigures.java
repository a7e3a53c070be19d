package dev.holdfast.bench.http;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import org.HdrHistogram.Histogram;

/**
 * What came of a load in one span of time. A request counts in the span in which its answer was complete or it failed.
 * Latency is the time from sending a request's first byte until its answer is complete, exact to 0.1 %; connecting is
 * not in it, but costs a connection its share of {@link #perSecond}.
 */
public final class LoadFigures {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double NANOS_PER_MILLI = 1e6;

    private final double seconds;
    private final long connects;
    private final Histogram latencies;
    private final Map<Failure, Long> failures;
    private final Optional<String> lastFailure;

    LoadFigures(
            long nanos, long connects, Histogram latencies, Map<Failure, Long> failures, Optional<String> lastFailure) {
        this.seconds = nanos / NANOS_PER_SECOND;
        this.connects = connects;
        this.latencies = latencies;
        this.failures = new EnumMap<>(failures);
        this.lastFailure = lastFailure;
    }

    /** The span's length. */
    public double seconds() {
        return seconds;
    }

    /** Requests that were answered as they should be. */
    public long requests() {
        return latencies.getTotalCount();
    }

    /** {@link #requests} by {@link #seconds}. */
    public double perSecond() {
        return requests() / seconds;
    }

    /** The latency that a share of the requests, from 0 to 1, did not exceed; 0 if there were none. */
    public double latencyMillis(double share) {
        return latencies.getValueAtPercentile(100 * share) / NANOS_PER_MILLI;
    }

    /** Connections established. */
    public long connects() {
        return connects;
    }

    /** Requests that came to this. */
    public long failures(Failure failure) {
        return failures.getOrDefault(failure, 0L);
    }

    /** Requests that failed, for whatever reason. */
    public long failures() {
        return failures.values().stream().mapToLong(Long::longValue).sum();
    }

    /** The last failure so far in words, for the person who looks for its cause. */
    public Optional<String> lastFailure() {
        return lastFailure;
    }

    /** One JSON object on one line. */
    String toJson() {
        StringJoiner failed = new StringJoiner(",", "{", "}");
        for (Failure failure : Failure.values()) {
            failed.add("\"" + failure.label() + "\":" + failures(failure));
        }
        return String.format(
                Locale.ROOT,
                "{\"seconds\":%.3f,\"requests\":%d,\"per_second\":%.2f,\"p50_ms\":%.3f,\"p90_ms\":%.3f,"
                        + "\"p99_ms\":%.3f,\"max_ms\":%.3f,\"connects\":%d,\"failures\":%s}",
                seconds,
                requests(),
                perSecond(),
                latencyMillis(0.5),
                latencyMillis(0.9),
                latencyMillis(0.99),
                latencyMillis(1),
                connects,
                failed);
    }

    /** One line, failures by kind at its end if there were any. */
    @Override
    public String toString() {
        StringJoiner failed = new StringJoiner(", ");
        failures.forEach((failure, count) -> {
            if (count > 0) {
                failed.add(count + " " + failure.label());
            }
        });
        return String.format(
                Locale.ROOT,
                "%d requests in %.1f s, %.1f/s; ms: p50 %.3f, p90 %.3f, p99 %.3f, max %.3f; %d connects; failed: %s",
                requests(),
                seconds,
                perSecond(),
                latencyMillis(0.5),
                latencyMillis(0.9),
                latencyMillis(0.99),
                latencyMillis(1),
                connects,
                failed.length() == 0 ? "none" : failed);
    }
}
