package dev.holdfast.engine;

import java.util.stream.LongStream;

/** Counts durations into the buckets of {@link TimeHistogram}, without allocating. Its owner's lock guards it. */
final class TimeRecorder {
    private static final long[] BOUNDS_NANOS =
            TimeHistogram.BOUNDS_NANOS.stream().mapToLong(Long::longValue).toArray();

    private final long[] counts = new long[BOUNDS_NANOS.length + 1];
    private long nanos;

    void add(long duration) {
        int bucket = 0;
        while (bucket < BOUNDS_NANOS.length && duration > BOUNDS_NANOS[bucket]) {
            bucket++;
        }
        counts[bucket]++;
        nanos += duration;
    }

    TimeHistogram snapshot() {
        return new TimeHistogram(nanos, LongStream.of(counts).boxed().toList());
    }
}
