package dev.holdfast.engine;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Real time, with one thread for all alarms. */
final class SystemTimer implements Timer, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SystemTimer.class);

    private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, action -> {
        Thread thread = new Thread(action, "holdfast-timer");
        thread.setDaemon(true);
        return thread;
    });

    SystemTimer() {
        executor.setRemoveOnCancelPolicy(true);
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    @Override
    public long nanos() {
        return System.nanoTime();
    }

    @Override
    public Alarm after(long delayNanos, Runnable action) {
        ScheduledFuture<?> future = executor.schedule(() -> run(action), delayNanos, TimeUnit.NANOSECONDS);
        return () -> future.cancel(false);
    }

    private static void run(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            LOG.error("an alarm failed", e);
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
