package dev.holdfast.arbiter;

import dev.holdfast.control.WorkerEnvironment;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** The workers that run, and how one is added; used by the arbiter's loop alone. */
final class Fleet {
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
        new WorkerEnvironment(config.control(), token, number, config.gracefulLimit()).into(builder.environment());
        Worker worker = new Worker(number, token, WorkerProcess.start(number, builder), mostRequests(), nowNanos);
        workers.add(worker);
        return worker;
    }

    private String newToken() {
        byte[] bytes = new byte[TOKEN_BYTES];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private int freeNumber() {
        return IntStream.iterate(1, number -> number + 1)
                .filter(number -> workers.stream().noneMatch(worker -> worker.number() == number))
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
