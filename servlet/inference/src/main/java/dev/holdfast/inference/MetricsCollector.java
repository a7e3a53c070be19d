package dev.holdfast.inference;

import dev.holdfast.engine.Models;
import dev.holdfast.engine.Readiness;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;
import java.util.stream.Stream;

/** Turns what an engine has counted into metrics when they are asked for; docs/metrics.md lists them. Any thread. */
final class MetricsCollector implements MultiCollector {
    private final Models models;
    private final Labels common;

    /** @param common what every series has */
    MetricsCollector(Models models, Labels common) {
        this.models = models;
        this.common = common;
    }

    @Override
    public MetricSnapshots collect() {
        Readiness readiness = models.readiness();
        List<ModelSample> samples = ModelSample.of(models, readiness, common);
        return new MetricSnapshots(Stream.concat(
                        new RequestMetrics(samples).all().stream(),
                        StateMetrics.all(readiness, samples, common).stream())
                .toList());
    }
}
