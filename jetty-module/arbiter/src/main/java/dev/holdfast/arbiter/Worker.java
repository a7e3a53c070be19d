package dev.holdfast.arbiter;

import dev.holdfast.control.ControlConnection;
import dev.holdfast.control.ControlMessage;
import dev.holdfast.control.ControlMessage.Beat;
import dev.holdfast.control.LifeLock;
import dev.holdfast.control.StartStage;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the arbiter knows of one worker; used by its loop alone. */
final class Worker {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
    private static final Beat NO_BEAT = new Beat(0, 0, 0, false, "it is starting");

    private final int number;
    private final String token;
    private final WorkerProcess process;
    private final Optional<LifeLock> life;
    private final long startedNanos;
    private final long mostRequests;
    private final Map<StartStage, Long> stages = new EnumMap<>(StartStage.class);
    private WorkerState state = WorkerState.STARTING;
    private Beat lastBeat = NO_BEAT;
    private long lastHeardNanos;
    private long killNanos;
    private boolean killed;
    private boolean mustEnd;
    private @Nullable ControlConnection link;

    /**
     * @param number from 1; no two workers that run at the same time have the same, but for one that is dying
     * @param life what it holds all its life, where there is such a thing
     * @param mostRequests after how many it is replaced; {@link Long#MAX_VALUE} for never
     */
    Worker(int number, String token, WorkerProcess process, Optional<LifeLock> life, long mostRequests, long nowNanos) {
        this.number = number;
        this.token = token;
        this.process = process;
        this.life = life;
        this.mostRequests = mostRequests;
        this.startedNanos = nowNanos;
        this.lastHeardNanos = nowNanos;
    }

    int number() {
        return number;
    }

    String token() {
        return token;
    }

    WorkerProcess process() {
        return process;
    }

    Optional<LifeLock> life() {
        return life;
    }

    WorkerState state() {
        return state;
    }

    Beat lastBeat() {
        return lastBeat;
    }

    long startedNanos() {
        return startedNanos;
    }

    Map<StartStage, Long> stages() {
        return Map.copyOf(stages);
    }

    /** Whether it counts towards the number of workers wanted. */
    boolean isActive() {
        return state == WorkerState.STARTING || state == WorkerState.LIVE;
    }

    boolean hasServedEnough() {
        return state == WorkerState.LIVE && lastBeat.requests() >= mostRequests;
    }

    /** Whether it has introduced itself. */
    boolean isLinked() {
        return link != null;
    }

    void become(WorkerState next) {
        if (!state.canBecome(next)) {
            throw new IllegalStateException(this + " can't become " + next);
        }
        state = next;
    }

    void linked(ControlConnection connection, long nowNanos) {
        link = connection;
        lastHeardNanos = nowNanos;
    }

    void heard(Beat beat, long nowNanos) {
        lastBeat = beat;
        lastHeardNanos = nowNanos;
    }

    void reached(StartStage stage, long millis, long nowNanos) {
        stages.put(stage, millis);
        lastHeardNanos = nowNanos;
    }

    /** {@code jvm=180 configured=320 ...}, in milliseconds since the process was started. */
    String timeline() {
        return stages.entrySet().stream()
                .map(stage -> stage.getKey().name().toLowerCase(Locale.ROOT) + "=" + stage.getValue())
                .collect(Collectors.joining(" "));
    }

    long silentNanos(long nowNanos) {
        return nowNanos - lastHeardNanos;
    }

    /** Sets when it is killed if it still runs then. */
    void endBy(long nanos) {
        killNanos = mustEnd ? Math.min(killNanos, nanos) : nanos;
        mustEnd = true;
    }

    boolean isOverdue(long nowNanos) {
        return mustEnd && !killed && nowNanos - killNanos >= 0;
    }

    /** Ends the process at once (SIGKILL). */
    void kill() {
        killed = true;
        process.kill();
    }

    /** Says something to the worker; one that can't be reached is ended. */
    void tell(ControlMessage message) {
        ControlConnection connection = link;
        try {
            if (connection == null) {
                kill();
            } else {
                connection.send(message);
            }
        } catch (IOException e) {
            LOG.warn("{} can't be told to end and is killed: {}", this, e.toString());
            kill();
        }
    }

    @Override
    public String toString() {
        return "worker=" + number + " pid=" + process.pid();
    }
}
