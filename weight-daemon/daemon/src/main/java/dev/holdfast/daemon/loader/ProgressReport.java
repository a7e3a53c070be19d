package dev.holdfast.daemon.loader;

import dev.holdfast.protocol.LoaderConnection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Tells the holder how far a load is, often enough for a progress bar and no more. Thread-safe. */
final class ProgressReport {
    private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final LoaderConnection holder;
    private final Map<String, Long> millis = new LinkedHashMap<>();
    private String stage = "";
    private long stageNanos = System.nanoTime();
    private long totalBytes;
    private long lastNanos;

    ProgressReport(LoaderConnection holder) {
        this.holder = holder;
    }

    /**
     * Begins a stage.
     *
     * @param newTotalBytes what it will work through; 0 if not known
     */
    synchronized void stage(String name, long newTotalBytes) {
        endStage();
        stage = name;
        totalBytes = newTotalBytes;
        lastNanos = System.nanoTime();
        holder.progress(stage, 0, totalBytes);
    }

    private void endStage() {
        long now = System.nanoTime();
        if (!stage.isEmpty()) {
            millis.merge(stage, TimeUnit.NANOSECONDS.toMillis(now - stageNanos), Long::sum);
        }
        stageNanos = now;
    }

    /** How long each stage took so far, the current one included, in milliseconds and in order. */
    synchronized Map<String, Long> times() {
        endStage();
        return new LinkedHashMap<>(millis);
    }

    /** So many bytes of the stage are done. */
    synchronized void done(long bytes) {
        long now = System.nanoTime();
        if (now - lastNanos >= INTERVAL_NANOS || bytes == totalBytes) {
            lastNanos = now;
            holder.progress(stage, bytes, totalBytes);
        }
    }
}
