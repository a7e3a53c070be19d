package dev.holdfast.inference;

import static dev.holdfast.inference.Metrics.counter;
import static dev.holdfast.inference.Metrics.gauge;

import dev.holdfast.engine.Readiness;
import dev.holdfast.engine.Readiness.VersionStage;
import dev.holdfast.inference.Metrics.Point;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongBiFunction;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/** Metrics of how an engine is now: queues, arenas, versions, leases, readiness; and the shared counters. */
final class StateMetrics {
    private final List<ModelSample> samples;

    private StateMetrics(List<ModelSample> samples) {
        this.samples = samples;
    }

    static List<MetricSnapshot> all(Readiness readiness, List<ModelSample> samples, Labels common) {
        return Stream.of(
                        engine(readiness, common),
                        new StateMetrics(samples).models(),
                        new StateMetrics(samples).versions())
                .flatMap(List::stream)
                .toList();
    }

    private static List<MetricSnapshot> engine(Readiness readiness, Labels common) {
        return List.of(
                gauge("holdfast_ready", "Whether every model wanted serves", flag(common, readiness.ready())),
                gauge(
                        "holdfast_holder_connected",
                        "Whether the holder answers",
                        flag(common, readiness.holderConnected())));
    }

    private static List<Point> flag(Labels labels, boolean value) {
        return List.of(new Point(labels, value ? 1 : 0));
    }

    private List<MetricSnapshot> models() {
        return List.of(
                gauge(
                        "holdfast_model_ready",
                        "Whether an unversioned request would be served",
                        modelled(sample -> sample.model().ready() ? 1 : 0)),
                gauge(
                        "holdfast_model_active_version",
                        "The version that an unversioned request means; 0 if none serves",
                        modelled(sample -> sample.readiness().active().orElse(0))),
                gauge("holdfast_versions", "Versions by where they are", stages()),
                gauge("holdfast_leases_held", "Leases of this process", modelled(sample -> sample.readiness()
                        .leases())),
                gauge(
                        "holdfast_leases_connected",
                        "Leases of this process that the holder counts now",
                        modelled(sample -> sample.readiness().connectedLeases())),
                counter(
                        "holdfast_shared_counter",
                        "Requests answered by all workers of the machine",
                        modelled(sample -> sample.model().counter())));
    }

    private List<Point> modelled(ToLongFunction<ModelSample> value) {
        return samples.stream()
                .map(sample -> new Point(sample.labels(), value.applyAsLong(sample)))
                .toList();
    }

    private List<Point> stages() {
        return samples.stream()
                .flatMap(sample -> Arrays.stream(VersionStage.values())
                        .map(stage -> new Point(
                                sample.labels().add("stage", stage.name().toLowerCase(Locale.ROOT)),
                                sample.readiness().at(stage))))
                .toList();
    }

    private List<MetricSnapshot> versions() {
        return List.of(
                gauge(
                        "holdfast_inference_pending_request_count",
                        "Requests in the queue",
                        held((sample, version) -> sample.readiness().waiting(version))),
                gauge(
                        "holdfast_arena_bytes",
                        "Length of the arena, which all workers of the machine share",
                        held((sample, version) -> sample.readiness().arenaBytes(version))));
    }

    private List<Point> held(ToLongBiFunction<ModelSample, Long> value) {
        return samples.stream()
                .flatMap(sample -> sample.held().stream()
                        .map(version -> new Point(sample.labels(version), value.applyAsLong(sample, version))))
                .toList();
    }
}
