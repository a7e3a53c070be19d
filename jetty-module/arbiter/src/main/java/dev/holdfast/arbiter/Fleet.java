package dev.holdfast.arbiter;

import dev.holdfast.control.LifeLock;
import dev.holdfast.control.WorkerEnvironment;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The workers that run, and how one is added; used by the arbiter's loop alone. */
final class Fleet {
    private static final Logger LOG = LoggerFactory.getLogger(Fleet.class);
    private static final int TOKEN_BYTES = 16;

    private final ServeConfig config;
    private final WorkerLauncher launcher;
    private final SecureRandom random = new SecureRandom();
    private final List<Worker> workers = new ArrayList<>();

    Fleet(ServeConfig config, WorkerLauncher launcher) {
        this.config = config;
        this.launcher = launcher;
    }

    /** @throws IOException if no process can be started */
    Worker start(long nowNanos) throws IOException {
        int number = freeNumber();
        String token = newToken();
        ProcessBuilder builder = launcher.worker(number);
        WorkerEnvironment environment = new WorkerEnvironment(config.control(), token, number, config.gracefulLimit());
        environment.into(builder.environment());
        Optional<LifeLock> life = lifeLock(environment);
        try {
            WorkerProcess process = WorkerProcess.start(number, builder);
            Worker worker = new Worker(number, token, process, life, mostRequests(), nowNanos);
            workers.add(worker);
            return worker;
        } catch (IOException e) {
            life.ifPresent(LifeLock::remove);
            throw e;
        }
    }

    private static Optional<LifeLock> lifeLock(WorkerEnvironment environment) {
        try {
            return LifeLock.create(environment.lifeFile());
        } catch (IOException e) {
            LOG.warn("a worker's death will be noticed later: {}", e.toString());
            return Optional.empty();
        }
    }

    private String newToken() {
        byte[] bytes = new byte[TOKEN_BYTES];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** A dying worker's number is free: its successor is told from it by its pid. */
    private int freeNumber() {
        return IntStream.iterate(1, number -> number + 1)
                .filter(number -> workers.stream()
                        .filter(worker -> worker.state() != WorkerState.DYING)
                        .noneMatch(worker -> worker.number() == number))
                .findFirst()
                .orElseThrow();
    }

    private long mostRequests() {
        return config.maxRequests().isEmpty()
                ? Long.MAX_VALUE
                : config.maxRequests().getAsLong() + random.nextLong(config.maxRequestsJitter() + 1);
    }

    void remove(Worker worker) {
        workers.remove(worker);
        worker.life().ifPresent(LifeLock::remove);
    }

    /** In the order of their start. */
    List<Worker> all() {
        return List.copyOf(workers);
    }

    /** Those that serve or are about to. */
    List<Worker> active() {
        return workers.stream().filter(Worker::isActive).toList();
    }

    long count(WorkerState state) {
        return workers.stream().filter(worker -> worker.state() == state).count();
    }

    Optional<Worker> byToken(String token) {
        return workers.stream().filter(worker -> worker.token().equals(token)).findFirst();
    }

    boolean isEmpty() {
        return workers.isEmpty();
    }
}
