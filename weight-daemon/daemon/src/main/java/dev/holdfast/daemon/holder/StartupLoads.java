package dev.holdfast.daemon.holder;

import dev.holdfast.daemon.repository.ModelRepository;
import dev.holdfast.daemon.repository.RepositoryException;
import dev.holdfast.protocol.RefusalCode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
    private final Set<LoadTarget> waiting = new HashSet<>();

    StartupLoads(HolderConfig config, VersionTable table, Loads loads) {
        this.config = config;
        this.table = table;
        this.loads = loads;
    }

    @Override
    public void run() {
        List<LoadTarget> pending = targets();
        while (!pending.isEmpty() && !loads.isStopping()) {
            pending.removeIf(this::isSettled);
            if (!pending.isEmpty()) {
                awaitChange();
            }
        }
    }

    /** Tries one load. Returns false if it must wait for a version that others still have; the rest goes on. */
    private boolean isSettled(LoadTarget target) {
        if (loads.isStopping() || isAdopting(target.model())) {
            return false;
        }
        try {
            LOG.info("{}", loads.load(target.model(), target.version(), false));
            return true;
        } catch (Refusal refusal) {
            boolean held = refusal.code() == RefusalCode.LEASE_UNAVAILABLE;
            if (!held || waiting.add(target)) {
                LOG.error("{} is not loaded {}: {}", target, held ? "yet" : "at start", refusal.reason());
            }
            return !held;
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

    @SuppressWarnings("WaitNotInLoop") // The caller is the loop.
    private void awaitChange() {
        table.run(() -> {
            try {
                long left = table.changed().awaitNanos(TimeUnit.MILLISECONDS.toNanos(LOOK_AGAIN_MILLIS));
                LOG.trace("looking again, {} ns early", left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** Whether a version of the model is to serve again as soon as its bytes are known to be right. */
    private boolean isAdopting(String model) {
        return table.locked(
                () -> table.model(model).filter(ModelVersions::isAdopting).isPresent());
    }
}
