package dev.holdfast.bench.http;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.HdrHistogram.Histogram;

/**
 * A load on a server, from {@link #start} until {@link #stop}; in between, {@link #take} cuts its figures into phases
 * without a pause in the load. For one thread. Whoever starts it closes it.
 */
public final class LoadGenerator implements AutoCloseable {
    private final List<LoadThread> threads = new ArrayList<>();
    private final List<Future<Void>> running = new ArrayList<>();
    private final ExecutorService pool;
    private long sinceNanos;

    private LoadGenerator(LoadPlan plan) throws IOException {
        for (int i = 0; i < plan.threads(); i++) {
            int share = plan.connections() / plan.threads() + (i < plan.connections() % plan.threads() ? 1 : 0);
            threads.add(new LoadThread(plan, share));
        }
        this.pool = Executors.newFixedThreadPool(plan.threads(), task -> {
            Thread thread = new Thread(task, "load");
            thread.setDaemon(true);
            return thread;
        });
        this.sinceNanos = System.nanoTime();
        threads.forEach(thread -> running.add(pool.submit(thread)));
    }

    /**
     * Connects and begins to send.
     *
     * @throws IOException if there are no descriptors for the selectors
     */
    public static LoadGenerator start(LoadPlan plan) throws IOException {
        return new LoadGenerator(plan);
    }

    /**
     * The figures since the last call, or since the start.
     *
     * @throws IOException if the load has broken down, because a check threw
     */
    public LoadFigures take() throws IOException {
        for (Future<Void> thread : running) {
            if (thread.isDone()) {
                await(thread);
            }
        }
        Histogram latencies = Tally.emptySum();
        Map<Failure, Long> failures = new EnumMap<>(Failure.class);
        long connects = 0;
        long now = System.nanoTime();
        for (LoadThread thread : threads) {
            thread.tally().takeInto(latencies, failures);
            connects += thread.tally().takeConnections();
        }
        long nanos = now - sinceNanos;
        sinceNanos = now;
        return new LoadFigures(nanos, connects, latencies, failures, lastFailure());
    }

    private Optional<String> lastFailure() {
        return threads.stream()
                .map(thread -> thread.tally().lastFailure())
                .filter(Objects::nonNull)
                .map(Objects::requireNonNull)
                .findFirst();
    }

    /** {@link #take} after a time. */
    public LoadFigures takeAfter(Duration time) throws IOException, InterruptedException {
        Thread.sleep(time.toMillis());
        return take();
    }

    /**
     * Sends nothing more, waits until every request in flight is answered or given up, and returns the figures since the
     * last {@link #take}.
     *
     * @throws IOException if the load has broken down, because a check threw
     */
    public LoadFigures stop() throws IOException {
        threads.forEach(LoadThread::finish);
        for (Future<Void> thread : running) {
            await(thread);
        }
        return take();
    }

    private static void await(Future<Void> thread) throws IOException {
        try {
            thread.get();
        } catch (ExecutionException e) {
            throw new IOException("the load broke down", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for the last answers", e);
        }
    }

    /** Ends the load if it has not been stopped, and closes all connections. */
    @Override
    public void close() throws IOException {
        try {
            stop();
        } finally {
            pool.shutdownNow();
            for (LoadThread thread : threads) {
                thread.close();
            }
        }
    }
}
