package dev.holdfast.engine;

import dev.holdfast.engine.Readiness.VersionReadiness;
import dev.holdfast.engine.Readiness.VersionStage;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Reads a model for JMX. */
record ModelBean(ServedModel model) implements ModelMXBean {
    @Override
    public String getName() {
        return model.name();
    }

    @Override
    public boolean isReady() {
        return model.ready();
    }

    @Override
    public long getActiveVersion() {
        return model.active().orElse(0);
    }

    @Override
    public List<Long> getServingVersions() {
        return at(VersionStage.SERVING).map(VersionReadiness::version).toList();
    }

    @Override
    public List<Long> getDrainingVersions() {
        return at(VersionStage.DRAINING).map(VersionReadiness::version).toList();
    }

    @Override
    public Map<Long, String> getFailedVersions() {
        Map<Long, String> reasons = new TreeMap<>();
        at(VersionStage.FAILED)
                .forEach(version ->
                        reasons.put(version.version(), version.reason().orElse("")));
        return reasons;
    }

    private Stream<VersionReadiness> at(VersionStage stage) {
        return model.readiness().versions().stream().filter(version -> version.stage() == stage);
    }

    @Override
    public long getLeases() {
        return model.readiness().leases();
    }

    @Override
    public long getConnectedLeases() {
        return model.readiness().connectedLeases();
    }

    @Override
    public Map<String, Long> getRefusals() {
        Map<String, Long> refusals = new TreeMap<>();
        model.refusals().forEach((reason, count) -> refusals.put(reason.name(), count));
        return refusals;
    }

    @Override
    public long getSharedCounter() {
        return model.counter();
    }
}
