package dev.holdfast.worker;

import dev.holdfast.control.ControlConnection;
import dev.holdfast.control.ControlMessage.Beat;
import dev.holdfast.control.ControlMessage.StageReached;
import dev.holdfast.control.StartStage;
import dev.holdfast.engine.Models;
import dev.holdfast.engine.Readiness;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.server.Server;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says every second that the server's thread pool still runs tasks, and how far its models are: the task that says so runs on
 * that pool, so a pool whose threads all hang says nothing.
 */
final class Heartbeat implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);
    private static final long PERIOD_MILLIS = 1000;

    /** Until the models serve for the first time, so that this is known at once. */
    private static final long FIRST_PERIOD_MILLIS = 50;

    private final Server server;
    private final RequestCounter counter;
    private final ControlConnection connection;
    private final AtomicBoolean pending = new AtomicBoolean();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "holdfast-heartbeat");
        thread.setDaemon(true);
        return thread;
    });
    private long lastMillis;
    private volatile boolean wasReady;

    Heartbeat(Server server, RequestCounter counter, ControlConnection connection) {
        this.server = server;
        this.counter = counter;
        this.connection = connection;
    }

    void start() {
        // It ends with the timer, and what it runs throws nothing.
        ScheduledFuture<?> unused =
                timer.scheduleWithFixedDelay(this::tick, 0, FIRST_PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    void tick() {
        long now = TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
        if ((wasReady && now - lastMillis < PERIOD_MILLIS) || !pending.compareAndSet(false, true)) {
            return;
        }
        lastMillis = now;
        try {
            server.getThreadPool().execute(this::beat);
        } catch (RejectedExecutionException e) {
            // It stops, or its queue is full: either way the arbiter is to hear nothing.
            LOG.debug("the thread pool takes no task", e);
            pending.set(false);
        }
    }

    private void beat() {
        Readiness readiness = readiness();
        try {
            connection.send(new Beat(
                    counter.begun(), counter.inFlight(), connections(), readiness.ready(), readiness.reason()));
            if (readiness.ready() && !wasReady) {
                wasReady = true;
                connection.send(new StageReached(StartStage.READY, ProcessAge.millis()));
            }
        } catch (IOException e) {
            LOG.debug("the arbiter hears no more", e);
        } finally {
            // Not before: an arbiter that is stopped reads nothing, and each beat would hold one thread more of the
            // pool.
            pending.set(false);
        }
    }

    private Readiness readiness() {
        return server.getAttribute(Models.ATTRIBUTE) instanceof Models models
                ? models.readiness()
                : new Readiness(false, false, "the server has no models", List.of());
    }

    private int connections() {
        return Arrays.stream(server.getConnectors())
                .mapToInt(connector -> connector.getConnectedEndPoints().size())
                .sum();
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
