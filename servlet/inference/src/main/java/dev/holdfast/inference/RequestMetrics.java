package dev.holdfast.inference;

import static dev.holdfast.inference.Metrics.counter;
import static dev.holdfast.inference.Metrics.histogram;

import dev.holdfast.engine.InferenceException.Reason;
import dev.holdfast.engine.TimeHistogram;
import dev.holdfast.engine.VersionStatistics;
import dev.holdfast.inference.Metrics.Distribution;
import dev.holdfast.inference.Metrics.Point;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/** Metrics of what happened to requests, by model and version. */
final class RequestMetrics {
    /** Why a version can fail a request that it took; for the other reasons none takes it. */
    private static final Set<Reason> REASONS = Set.of(
            Reason.INVALID, Reason.QUEUE_FULL, Reason.TIMEOUT, Reason.CANCELLED, Reason.FAILED, Reason.NOT_READY);

    private final List<ModelSample> samples;

    RequestMetrics(List<ModelSample> samples) {
        this.samples = samples;
    }

    List<MetricSnapshot> all() {
        return List.of(
                counter("holdfast_inference_request_success", "Requests answered", counted(one -> one.success()
                        .count())),
                counter(
                        "holdfast_inference_request_failure",
                        "Requests failed, by reason; the version is empty if none took them",
                        samples.stream().flatMap(RequestMetrics::failures).toList()),
                counter(
                        "holdfast_inference_count",
                        "Inferences computed: a request with a batch of n counts n",
                        counted(VersionStatistics::inferenceCount)),
                counter(
                        "holdfast_inference_exec_count",
                        "Runs of the model: a batch of many requests counts 1",
                        counted(VersionStatistics::executionCount)),
                histogram(
                        "holdfast_inference_batch_size",
                        "Inferences in a run",
                        each((labels, one) -> Distribution.ofBatches(labels, one.batches()))),
                duration("request", "Time from arrival to answer", VersionStatistics::success),
                duration("queue", "Time in the queue", VersionStatistics::queue),
                duration("compute_input", "Time of the run to put inputs in place", VersionStatistics::computeInput),
                duration("compute_infer", "Time of the run to compute", VersionStatistics::computeInfer),
                duration("compute_output", "Time of the run to take outputs out", VersionStatistics::computeOutput));
    }

    private MetricSnapshot duration(String what, String help, Function<VersionStatistics, TimeHistogram> times) {
        return histogram(
                "holdfast_inference_" + what + "_duration_seconds",
                help + ", of requests answered",
                each((labels, one) -> Distribution.ofTimes(labels, times.apply(one))));
    }

    private List<Point> counted(ToLongFunction<VersionStatistics> value) {
        return each((labels, one) -> new Point(labels, value.applyAsLong(one)));
    }

    private <T> List<T> each(BiFunction<Labels, VersionStatistics, T> point) {
        return samples.stream()
                .flatMap(sample ->
                        sample.statistics().stream().map(one -> point.apply(sample.labels(one.version()), one)))
                .toList();
    }

    private static Stream<Point> failures(ModelSample sample) {
        Stream<Point> refusals = sample.model().refusals().entrySet().stream()
                .map(refusal -> failure(sample.labels(""), refusal.getKey(), refusal.getValue()));
        Stream<Point> failures = sample.statistics().stream().flatMap(one -> REASONS.stream()
                .map(reason -> failure(
                        sample.labels(one.version()), reason, one.failures().getOrDefault(reason, 0L))));
        return Stream.concat(refusals, failures);
    }

    private static Point failure(Labels labels, Reason reason, long count) {
        return new Point(labels.add("reason", reason.name()), count);
    }
}
