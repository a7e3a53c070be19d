package dev.holdfast.bench;

import dev.holdfast.engine.CudaConfig;
import dev.holdfast.engine.EngineConfig;
import dev.holdfast.engine.Model;
import dev.holdfast.engine.Models;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.protocol.HolderClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A holder in a process of its own, and an engine in this one that serves its models. Closing it stops both. */
final class Serving implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final HolderProcess holder;
    private final Models models;

    private Serving(HolderProcess holder, Models models) {
        this.holder = holder;
        this.models = models;
    }

    /**
     * Loads models and returns when they serve.
     *
     * @param place whose repository has them; the holder's state and socket are there too
     * @param threads that share one operator's work
     */
    static Serving start(Workplace place, ArenaLayout layout, List<String> names, int threads) throws IOException {
        HolderProcess holder = HolderProcess.start(JavaRuntime.ofHolder(), place, layout);
        try {
            load(holder, names);
            return new Serving(holder, open(place.socket(), names, threads));
        } catch (IOException | RuntimeException e) {
            holder.close();
            throw e;
        }
    }

    static void load(HolderProcess holder, List<String> names) {
        try (HolderClient client = holder.client()) {
            names.forEach(name -> client.load(name, Optional.empty(), false));
        }
    }

    /** An engine of its own, once it is ready; the caller closes it. */
    static Models open(Path socket, List<String> names, int threads) throws IOException {
        return open(socket, names, threads, EngineConfig.defaults().cuda());
    }

    /** The same, computing so on a device. */
    static Models open(Path socket, List<String> names, int threads, CudaConfig cuda) throws IOException {
        Models models = Models.open(EngineConfig.defaults()
                .withSocket(socket)
                .withModels(Set.copyOf(names))
                .withIntraOpThreads(threads)
                .withCuda(cuda));
        try {
            if (models.awaitReady(LIMIT)) {
                return models;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        String readiness = models.readiness().toString();
        models.close();
        throw new IOException("not ready: " + readiness);
    }

    Models models() {
        return models;
    }

    Model model(String name) {
        return models.get(name);
    }

    @Override
    public void close() {
        models.close();
        holder.close();
    }
}
