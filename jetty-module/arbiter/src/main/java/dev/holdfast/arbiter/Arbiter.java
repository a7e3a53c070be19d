package dev.holdfast.arbiter;

import dev.holdfast.control.Action;
import dev.holdfast.control.ControlConnection;
import dev.holdfast.control.ControlMessage;
import dev.holdfast.control.ControlMessage.Answer;
import dev.holdfast.control.ControlMessage.Beat;
import dev.holdfast.control.ControlMessage.Retire;
import dev.holdfast.control.ControlMessage.StageReached;
import dev.holdfast.control.ControlMessage.Stop;
import dev.holdfast.control.LifeLock;
import dev.holdfast.control.StartStage;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the wanted number of workers running.
 *
 * <p>One thread, the one that calls {@link #run}, owns all there is to know; whatever happens elsewhere (a signal, a message,
 * the end of a process) is {@link #post}ed to it.
 */
final class Arbiter {
    private static final Logger LOG = LoggerFactory.getLogger(Arbiter.class);
    private static final long TICK_MILLIS = 50;

    /** A worker whose link or life has ended is about to be gone; it is not waited for longer than this. */
    static final Duration LOST_LIMIT = Duration.ofSeconds(1);

    private final ServeConfig config;
    private final Fleet fleet;
    private final Rolling rolling;
    private final boolean sharedSocket;
    private final Runnable firstLive;
    private final Runnable stopping;
    private final StartBackoff backoff = new StartBackoff();
    private final BlockingQueue<Runnable> inbox = new LinkedBlockingQueue<>();
    private final Duration lostLimit;
    private int wanted;
    private boolean everLive;
    private boolean ending;
    private boolean toldOfDying;

    /**
     * @param sharedSocket whether workers share a listening socket
     * @param firstLive runs when the first worker of all serves
     * @param stopping runs when no more worker will be started
     */
    Arbiter(ServeConfig config, WorkerLauncher launcher, boolean sharedSocket, Runnable firstLive, Runnable stopping) {
        this(config, launcher, sharedSocket, firstLive, stopping, LOST_LIMIT);
    }

    /** @param lostLimit how long a worker that is dying may take to end by itself */
    Arbiter(
            ServeConfig config,
            WorkerLauncher launcher,
            boolean sharedSocket,
            Runnable firstLive,
            Runnable stopping,
            Duration lostLimit) {
        this.config = config;
        this.fleet = new Fleet(config, launcher);
        this.rolling = new Rolling(sharedSocket);
        this.sharedSocket = sharedSocket;
        this.firstLive = firstLive;
        this.stopping = stopping;
        this.lostLimit = lostLimit;
        this.wanted = config.workers();
    }

    /** Has the arbiter's thread run something; any thread. */
    void post(Runnable event) {
        inbox.add(event);
    }

    /**
     * Runs until it is told to stop and the last worker has ended; if it fails, the workers are killed.
     *
     * @throws NoWorkerException if none of the first workers comes to serve
     */
    void run() throws InterruptedException {
        try {
            while (!ending || !fleet.isEmpty()) {
                tend(System.nanoTime());
                Runnable event = inbox.poll(TICK_MILLIS, TimeUnit.MILLISECONDS);
                if (event != null) {
                    event.run();
                }
            }
        } finally {
            fleet.all().forEach(Worker::kill);
        }
    }

    private void tend(long now) {
        fleet.all().forEach(worker -> watch(worker, now));
        if (!ending) {
            fleet.active().stream().filter(Worker::hasServedEnough).forEach(rolling::add);
            rolling.next(fleet, now).ifPresent(worker -> retire(worker, "replaced"));
            while (fleet.active().size() < wanted + rolling.surplus()
                    && hasRoomBesideDying()
                    && backoff.allows(now, fleet.count(WorkerState.STARTING))) {
                start(now);
            }
        }
    }

    /**
     * Whether a successor may start before those that die have ended. Each has its memory until then, the device's as well, and
     * one that hangs in a driver has it in spite of SIGKILL: as many as there are to run are borne, not any number.
     */
    private boolean hasRoomBesideDying() {
        long dying = fleet.count(WorkerState.DYING);
        boolean room = dying <= wanted;
        if (!room && !toldOfDying) {
            LOG.error("workers={} die and do not end: no successor is started until one has ended", dying);
        }
        toldOfDying = !room;
        return room;
    }

    private void watch(Worker worker, long now) {
        Duration limit = worker.state() == WorkerState.STARTING ? config.startLimit() : config.silenceLimit();
        if (worker.isActive() && worker.silentNanos(now) > limit.toNanos()) {
            LOG.warn("{} silent for {} ms: killed", worker, TimeUnit.NANOSECONDS.toMillis(worker.silentNanos(now)));
            worker.endBy(now);
        }
        if (worker.isOverdue(now)) {
            LOG.debug("{} killed", worker);
            worker.kill();
        }
    }

    private void start(long now) {
        try {
            Worker worker = fleet.start(now);
            LOG.info("{} started", worker);
            worker.process().onExit(code -> post(() -> exited(worker, code)));
        } catch (IOException e) {
            LOG.error("no worker can be started: {}", e.toString());
            backoff.failed(now);
            giveUpIfHopeless(e.toString());
        }
    }

    private void exited(Worker worker, int code) {
        WorkerState before = worker.state();
        worker.become(WorkerState.GONE);
        fleet.remove(worker);
        rolling.forget(worker);
        if (before == WorkerState.RETIRING) {
            LOG.info("{} exit={} ended", worker, code);
        } else if (before == WorkerState.DYING) {
            LOG.warn("{} exit={} died", worker, code);
        } else if (before == WorkerState.LIVE) {
            LOG.warn("{} exit={} died; replaced at once", worker, code);
        } else {
            LOG.error("{} exit={} died before it served", worker, code);
            backoff.failed(System.nanoTime());
            giveUpIfHopeless(
                    "exit code " + code + "; it last wrote: " + worker.process().lastWords());
        }
    }

    private void giveUpIfHopeless(String reason) {
        if (!everLive && !ending && backoff.failures() >= config.workers() + 2) {
            throw new NoWorkerException("workers fail to start (" + backoff.failures() + " tried): " + reason);
        }
    }

    /** A worker has introduced itself; false if no worker of that token is expected. */
    boolean linked(String token, ControlConnection link) {
        Optional<Worker> worker = fleet.byToken(token).filter(known -> !known.isLinked());
        worker.ifPresent(known -> known.linked(link, System.nanoTime()));
        return worker.isPresent();
    }

    /** The worker of that token says something. */
    void said(String token, ControlMessage message) {
        fleet.byToken(token).ifPresent(worker -> heard(worker, message));
    }

    private void heard(Worker worker, ControlMessage message) {
        if (message instanceof Beat beat) {
            worker.heard(beat, System.nanoTime());
        } else if (message instanceof StageReached reached) {
            worker.reached(reached.stage(), reached.millis(), System.nanoTime());
            onStage(worker, reached.stage());
        } else {
            LOG.warn("{} says what no worker should: {}", worker, message);
        }
    }

    private void onStage(Worker worker, StartStage stage) {
        if (stage == StartStage.LISTENING && worker.state() == WorkerState.STARTING) {
            worker.become(WorkerState.LIVE);
            backoff.succeeded();
            LOG.info("{} listens: {} ms", worker, worker.timeline());
            worker.life().ifPresent(life -> awaitEnd(worker, life));
            if (!everLive) {
                everLive = true;
                firstLive.run();
            }
        } else if (stage == StartStage.READY) {
            LOG.info("{} ready: {} ms", worker, worker.timeline());
        }
    }

    private void awaitEnd(Worker worker, LifeLock life) {
        Thread thread = new Thread(
                () -> {
                    if (life.awaitEnd()) {
                        post(() -> dies(worker));
                    } else {
                        LOG.debug("{} holds no lock", worker);
                    }
                },
                "worker-" + worker.number() + "-life");
        thread.setDaemon(true);
        thread.start();
    }

    /** The worker of that token has ended its link. */
    void lost(String token) {
        fleet.byToken(token).ifPresent(worker -> {
            worker.endBy(System.nanoTime() + (worker.isActive() ? lostLimit : config.killLimit()).toNanos());
            dies(worker);
        });
    }

    /**
     * A worker's end is certain. Its successor need not wait for the kernel to take its memory apart; where workers have ports of
     * their own, it has to.
     */
    private void dies(Worker worker) {
        if (sharedSocket && worker.state() == WorkerState.LIVE) {
            LOG.warn("{} dies; replaced at once", worker);
            worker.become(WorkerState.DYING);
            worker.endBy(System.nanoTime() + lostLimit.toNanos());
        }
    }

    private void retire(Worker worker, String reason) {
        LOG.info("{} retires: {}", worker, reason);
        worker.become(WorkerState.RETIRING);
        worker.endBy(System.nanoTime() + config.killLimit().toNanos());
        worker.tell(new Retire(config.gracefulLimit().toMillis()));
    }

    /** Does what an operator or a signal asks for. */
    Answer act(Action action, Function<List<Worker>, String> status) {
        return switch (action) {
            case ADD -> resize(wanted + 1);
            case REMOVE ->
                wanted == 1
                        ? new Answer(false, "the last worker is not removed; `holdfast ctl stop` stops all")
                        : resize(wanted - 1);
            case ROLL -> roll();
            case STOP -> stop("stopping within " + config.gracefulLimit().toSeconds() + " s");
            case QUIT -> quit();
            case STATUS -> new Answer(true, status.apply(fleet.all()));
        };
    }

    private Answer resize(int number) {
        if (ending) {
            return new Answer(false, "the arbiter is stopping");
        }
        wanted = number;
        while (fleet.active().size() > wanted + rolling.surplus()) {
            retire(rolling.dispensable(fleet.active()), "one less is wanted");
        }
        LOG.info("workers={} wanted", wanted);
        return new Answer(true, wanted + " workers wanted");
    }

    private Answer roll() {
        if (ending) {
            return new Answer(false, "the arbiter is stopping");
        }
        List<Worker> active = fleet.active();
        active.forEach(rolling::add);
        LOG.info("workers={} are replaced one by one", active.size());
        return new Answer(true, active.size() + " workers are replaced one by one");
    }

    private Answer stop(String sentence) {
        if (!ending) {
            LOG.info(
                    "stopping: workers={} graceful_ms={}",
                    fleet.all().size(),
                    config.gracefulLimit().toMillis());
            ending = true;
            stopping.run();
            fleet.active().forEach(worker -> retire(worker, "the arbiter stops"));
        }
        return new Answer(true, sentence);
    }

    private Answer quit() {
        if (!ending) {
            ending = true;
            stopping.run();
        }
        LOG.info("quitting: workers={}", fleet.all().size());
        long limit = System.nanoTime() + ServeConfig.QUICK_LIMIT.toNanos();
        for (Worker worker : fleet.all()) {
            if (worker.isActive()) {
                worker.become(WorkerState.RETIRING);
            }
            worker.endBy(limit);
            worker.tell(new Stop());
        }
        return new Answer(true, "stopping at once");
    }

    /** How many workers are to run. */
    int wanted() {
        return wanted;
    }
}
