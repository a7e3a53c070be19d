package dev.holdfast.engine;

import dev.holdfast.engine.Readiness.ModelReadiness;
import java.util.List;
import java.util.function.ToLongFunction;

/** Reads an engine for JMX. */
record EngineBean(EngineConfig config, ModelTable table) implements EngineMXBean {
    @Override
    public String getSocket() {
        return config.socket().toString();
    }

    @Override
    public boolean isReady() {
        return table.readiness().ready();
    }

    @Override
    public String getReason() {
        return table.readiness().reason();
    }

    @Override
    public boolean isHolderConnected() {
        return table.readiness().holderConnected();
    }

    @Override
    public List<String> getModels() {
        return table.names();
    }

    @Override
    public long getLeases() {
        return sum(ModelReadiness::leases);
    }

    @Override
    public long getConnectedLeases() {
        return sum(ModelReadiness::connectedLeases);
    }

    private long sum(ToLongFunction<ModelReadiness> leases) {
        return table.readiness().models().stream().mapToLong(leases).sum();
    }
}
