package dev.holdfast.inference;

import dev.holdfast.engine.TimeHistogram;
import dev.holdfast.engine.VersionStatistics.BatchStatistics;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/** Makes metrics of Prometheus's model. */
final class Metrics {
    private static final double NANOS_A_SECOND = 1e9;
    private static final List<Double> BOUNDS_SECONDS = Stream.concat(
                    TimeHistogram.BOUNDS_NANOS.stream().map(nanos -> nanos / NANOS_A_SECOND),
                    Stream.of(Double.POSITIVE_INFINITY))
            .toList();

    private static final double[] BATCH_BOUNDS = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, Double.POSITIVE_INFINITY
    };

    private Metrics() {}

    /** One value of a metric. */
    record Point(Labels labels, double value) {}

    /** One histogram of a metric. */
    record Distribution(Labels labels, ClassicHistogramBuckets buckets, double sum) {
        /** In seconds. */
        static Distribution ofTimes(Labels labels, TimeHistogram times) {
            return new Distribution(
                    labels, ClassicHistogramBuckets.of(BOUNDS_SECONDS, times.counts()), times.nanos() / NANOS_A_SECOND);
        }

        /** Runs by batch size. */
        static Distribution ofBatches(Labels labels, List<BatchStatistics> batches) {
            long[] counts = new long[BATCH_BOUNDS.length];
            double inferences = 0;
            for (BatchStatistics batch : batches) {
                int found = Arrays.binarySearch(BATCH_BOUNDS, (double) batch.batchSize());
                counts[found < 0 ? -found - 1 : found] += batch.computeInfer().count();
                inferences += (double) batch.batchSize() * batch.computeInfer().count();
            }
            return new Distribution(labels, ClassicHistogramBuckets.of(BATCH_BOUNDS, counts), inferences);
        }
    }

    /** @param name without {@code _total}, which the formats add */
    static MetricSnapshot counter(String name, String help, Collection<Point> points) {
        CounterSnapshot.Builder counter = CounterSnapshot.builder().name(name).help(help);
        points.forEach(point -> counter.dataPoint(CounterDataPointSnapshot.builder()
                .labels(point.labels())
                .value(point.value())
                .build()));
        return counter.build();
    }

    static MetricSnapshot gauge(String name, String help, Collection<Point> points) {
        GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name(name).help(help);
        points.forEach(point -> gauge.dataPoint(GaugeDataPointSnapshot.builder()
                .labels(point.labels())
                .value(point.value())
                .build()));
        return gauge.build();
    }

    static MetricSnapshot histogram(String name, String help, Collection<Distribution> points) {
        HistogramSnapshot.Builder histogram =
                HistogramSnapshot.builder().name(name).help(help);
        points.forEach(point -> histogram.dataPoint(HistogramDataPointSnapshot.builder()
                .labels(point.labels())
                .classicHistogramBuckets(point.buckets())
                .sum(point.sum())
                .build()));
        return histogram.build();
    }
}
