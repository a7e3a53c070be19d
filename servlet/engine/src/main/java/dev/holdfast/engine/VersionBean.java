package dev.holdfast.engine;

import dev.holdfast.engine.VersionStatistics.BatchStatistics;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** Reads a version for JMX. */
record VersionBean(ServedModel model, long version) implements VersionMXBean {
    private VersionStatistics statistics() {
        return model.statistics(version);
    }

    @Override
    public String getModel() {
        return model.name();
    }

    @Override
    public long getVersion() {
        return version;
    }

    @Override
    public boolean isServing() {
        return model.ready(version);
    }

    @Override
    public long getPendingRequests() {
        return model.readiness().waiting(version);
    }

    @Override
    public long getArenaBytes() {
        return model.readiness().arenaBytes(version);
    }

    @Override
    public long getLastInferenceMillis() {
        return statistics().lastInferenceMillis();
    }

    @Override
    public long getSuccesses() {
        return statistics().success().count();
    }

    @Override
    public Map<String, Long> getFailures() {
        Map<String, Long> failures = new TreeMap<>();
        statistics().failures().forEach((reason, count) -> failures.put(reason.name(), count));
        return failures;
    }

    @Override
    public long getInferences() {
        return statistics().inferenceCount();
    }

    @Override
    public long getExecutions() {
        return statistics().executionCount();
    }

    @Override
    public Map<Long, Long> getBatchSizes() {
        Map<Long, Long> runs = new TreeMap<>();
        for (BatchStatistics batch : statistics().batches()) {
            runs.put(batch.batchSize(), batch.computeInfer().count());
        }
        return runs;
    }

    @Override
    public TimeDistribution getRequestTime() {
        return time(VersionStatistics::success);
    }

    @Override
    public TimeDistribution getQueueTime() {
        return time(VersionStatistics::queue);
    }

    @Override
    public TimeDistribution getComputeInputTime() {
        return time(VersionStatistics::computeInput);
    }

    @Override
    public TimeDistribution getComputeInferTime() {
        return time(VersionStatistics::computeInfer);
    }

    @Override
    public TimeDistribution getComputeOutputTime() {
        return time(VersionStatistics::computeOutput);
    }

    private TimeDistribution time(Function<VersionStatistics, TimeHistogram> histogram) {
        return TimeDistribution.of(histogram.apply(statistics()));
    }
}
