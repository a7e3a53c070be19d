package dev.holdfast.inference;

import dev.holdfast.engine.Model;
import dev.holdfast.engine.Models;
import dev.holdfast.engine.Readiness;
import dev.holdfast.engine.Readiness.ModelReadiness;
import dev.holdfast.engine.Readiness.VersionReadiness;
import dev.holdfast.engine.Readiness.VersionStage;
import dev.holdfast.engine.VersionStatistics;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.List;

/**
 * A model at one moment. Its labels take the holder's model names and version numbers, never what a client sent.
 *
 * @param model for what is asked of the model itself
 * @param readiness where its versions are
 * @param statistics of the versions that have served
 * @param common labels that every series has
 */
record ModelSample(Model model, ModelReadiness readiness, List<VersionStatistics> statistics, Labels common) {
    /** All that the engine knows. */
    static List<ModelSample> of(Models models, Readiness readiness, Labels common) {
        return readiness.models().stream()
                .flatMap(model -> models.find(model.name()).stream()
                        .map(found -> new ModelSample(found, model, found.statistics(), common)))
                .toList();
    }

    Labels labels() {
        return common.add("model", model.name());
    }

    /** @param version empty for what no version is concerned with */
    Labels labels(String version) {
        return labels().add("version", version);
    }

    Labels labels(long version) {
        return labels(Long.toString(version));
    }

    /** Numbers of the versions that have a lease. */
    List<Long> held() {
        return readiness.versions().stream()
                .filter(version -> version.stage() != VersionStage.FAILED)
                .map(VersionReadiness::version)
                .distinct()
                .toList();
    }
}
