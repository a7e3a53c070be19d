package dev.holdfast.daemon.holder;

import dev.holdfast.daemon.repository.ModelRepository;
import dev.holdfast.daemon.repository.RepositoryException;
import dev.holdfast.protocol.VersionState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads what the configuration names, once adoption is over for it: a version that is being adopted is never loaded
 * beside. What can't be loaded is logged, and the rest goes on.
 */
final class StartupLoads implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(StartupLoads.class);

    private static final long LOOK_AGAIN_MILLIS = 1_000;

    private final HolderConfig config;
    private final VersionTable table;
    private final Loads loads;

    StartupLoads(HolderConfig config, VersionTable table, Loads loads) {
        this.config = config;
        this.table = table;
        this.loads = loads;
    }

    @Override
    public void run() {
        for (LoadTarget target : targets()) {
            if (!awaitAdoption(target.model())) {
                return;
            }
            try {
                LOG.info("{}", loads.load(target.model(), target.version(), false));
            } catch (Refusal refusal) {
                LOG.error("{} is not loaded at start: {}", target, refusal.reason());
            }
        }
    }

    private List<LoadTarget> targets() {
        List<LoadTarget> targets = new ArrayList<>(config.loads());
        if (!config.loadAll()) {
            return targets;
        }
        try {
            new ModelRepository(config.models())
                    .names()
                    .forEach(name -> targets.add(new LoadTarget(name, Optional.empty())));
        } catch (RepositoryException e) {
            LOG.error("--load-all loads nothing: {}", e.getMessage());
        }
        return targets;
    }

    /** Returns false if the holder stops meanwhile */
    private boolean awaitAdoption(String model) {
        return table.locked(() -> {
            while (isAdopting(model) && !loads.isStopping()) {
                try {
                    table.changed().awaitNanos(TimeUnit.MILLISECONDS.toNanos(LOOK_AGAIN_MILLIS));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return false;
                }
            }
            return !loads.isStopping();
        });
    }

    private boolean isAdopting(String model) {
        return table.model(model).stream()
                .flatMap(versions -> versions.entries().stream())
                .anyMatch(entry -> entry.state() == VersionState.ADOPTING);
    }
}
