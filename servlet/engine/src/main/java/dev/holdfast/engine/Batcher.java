package dev.holdfast.engine;

import dev.holdfast.memory.OwnedParts;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The scheduler of one version: a bounded queue, twice as many threads as instances, so that a batch is computed while the
 * last one's answers are written, and the instances that they and callers take turns with.
 *
 * <p>A caller that waits anyway, or has the patience, computes its own request if nothing else waits and an instance is
 * free, which saves two changes of thread. Threads sleep on one condition until a batch can run, not with each request that
 * comes; time wakes them through the {@link Timer}. Owns the instances.
 */
final class Batcher implements AutoCloseable {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final BatchingRule rule;
    private final RequestQueue queue;
    private final Deque<Instance> idle;
    private final List<Instance> instances;
    private final Answers answers;
    private final StatisticsRecorder statistics;
    private final RunEstimate estimate = new RunEstimate();
    private final Timer timer;
    private final CompletableFuture<@Nullable Void> drained = new CompletableFuture<>();
    /** Stays set when its batch has gone: one that rings in vain costs less than one set anew for each batch. */
    private Optional<Alarm> alarm = Optional.empty();

    private final Crowd crowd;
    /** Requests that instances compute now. */
    private int computing;

    /** Requests of batches that have not been answered wholly. */
    private int unanswered;

    private boolean draining;

    /** Rings at a time of the {@link Timer}'s. */
    private record Alarm(long nanos, Timer.Alarm its) {}

    Batcher(BatchingRule rule, List<Instance> instances, Answers answers, StatisticsRecorder statistics, Timer timer) {
        this.rule = rule;
        this.queue = new RequestQueue(rule);
        this.crowd = new Crowd(rule.maxRows());
        this.instances = List.copyOf(instances);
        this.idle = new ArrayDeque<>(instances);
        this.answers = answers;
        this.statistics = statistics;
        this.timer = timer;
    }

    /** Starts the threads. */
    void start(String name) {
        for (int i = 0; i < 2 * instances.size(); i++) {
            Thread thread = new Thread(this::work, name + "-" + i);
            thread.setDaemon(true);
            thread.start();
        }
    }

    /**
     * Takes a request, whose future is completed in time.
     *
     * @param patienceNanos how long a run may be expected to take for the calling thread to compute it; 0 for never
     * @return false if this drains, and the request is as it was
     * @throws QueueFullException if as many requests wait as may
     */
    boolean submit(Pending pending, long patienceNanos) {
        Optional<Instance> own = Optional.empty();
        lock.lock();
        try {
            if (draining) {
                return false;
            }
            if (canRunAtOnce(pending) && estimate.isWithin(pending.checked().sizeBytes(), patienceNanos)) {
                own = Optional.of(take(1));
            } else {
                enqueue(pending);
            }
        } finally {
            lock.unlock();
        }
        own.ifPresent(instance -> compute(instance, List.of(pending)));
        return true;
    }

    private boolean canRunAtOnce(Pending pending) {
        return queue.size() == 0
                && !idle.isEmpty()
                && (rule.runsAlone(pending.checked().rows()) || crowd.isWhole(1));
    }

    private void enqueue(Pending pending) {
        if (queue.size() >= rule.queueLimit()) {
            throw new QueueFullException(
                    queue.size() + " requests wait already, as many as may; try again later", retryAfter());
        }
        if (!pending.isDone()) {
            queue.add(pending);
            crowd.seen(queue.size() + computing);
            callForWork();
        }
    }

    private Duration retryAfter() {
        long runs = 1 + queue.size() / ((long) rule.maxRows() * instances.size());
        return Duration.ofSeconds(1).plusNanos(runs * statistics.meanRunNanos());
    }

    /** Takes a waiting request out; whether it was waiting. */
    boolean remove(Pending pending) {
        lock.lock();
        try {
            boolean removed = queue.remove(pending);
            callForWork();
            completeDrain();
            return removed;
        } finally {
            lock.unlock();
        }
    }

    /** Puts a waiting request behind all others; whether it was waiting. */
    boolean delay(Pending pending) {
        lock.lock();
        try {
            boolean waiting = queue.delay(pending);
            callForWork();
            return waiting;
        } finally {
            lock.unlock();
        }
    }

    private void work() {
        while (true) {
            List<Pending> batch;
            Instance instance;
            lock.lock();
            try {
                batch = awaitBatch();
                if (batch.isEmpty()) {
                    return;
                }
                instance = take(batch.size());
            } finally {
                lock.unlock();
            }
            compute(instance, batch);
        }
    }

    /** Waits until a batch and an instance are there; empty if there never will be one. */
    private List<Pending> awaitBatch() {
        while (true) {
            List<Pending> batch = idle.isEmpty() ? List.of() : queue.next(timer.nanos(), crowd.isWhole(queue.size()));
            if (!batch.isEmpty() || (draining && queue.size() == 0)) {
                return batch;
            }
            work.awaitUninterruptibly();
        }
    }

    /**
     * After every change: wakes a thread if there is a batch for it, or has time do so. Only while an instance is free: the
     * one that comes back calls, too.
     */
    private void callForWork() {
        if (idle.isEmpty() || queue.size() == 0) {
            return;
        }
        long now = timer.nanos();
        if (queue.hasNext(now, crowd.isWhole(queue.size()))) {
            work.signal();
            return;
        }
        OptionalLong delay = queue.nanosToNext(now);
        if (delay.isPresent()) {
            ringAt(now + delay.getAsLong(), now);
        }
    }

    private void ringAt(long nanos, long now) {
        if (alarm.isPresent() && alarm.get().nanos() - nanos <= 0) {
            return;
        }
        alarm.ifPresent(later -> later.its().cancel());
        alarm = Optional.of(new Alarm(nanos, timer.after(nanos - now, this::ring)));
    }

    private void ring() {
        lock.lock();
        try {
            alarm = Optional.empty();
            callForWork();
        } finally {
            lock.unlock();
        }
    }

    private Instance take(int requests) {
        unanswered += requests;
        computing += requests;
        crowd.batchBegins(queue.size() + computing);
        Instance taken = idle.pop();
        callForWork();
        return taken;
    }

    private void compute(Instance instance, List<Pending> batch) {
        try {
            new BatchRun(instance, () -> giveBack(instance, batch.size()), answers, estimate, timer).run(batch);
        } finally {
            answered(batch.size());
        }
    }

    /** What has been computed is no longer in flight: its clients may ask again before the others' answers are written. */
    private void giveBack(Instance instance, int requests) {
        lock.lock();
        try {
            computing -= requests;
            idle.push(instance);
            callForWork();
        } finally {
            lock.unlock();
        }
    }

    private void answered(int requests) {
        lock.lock();
        try {
            unanswered -= requests;
            completeDrain();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes no more requests; those that wait or run go on.
     *
     * @return completed when the last is done
     */
    CompletableFuture<@Nullable Void> drain() {
        lock.lock();
        try {
            draining = true;
            queue.hurry();
            work.signalAll();
            completeDrain();
            return drained;
        } finally {
            lock.unlock();
        }
    }

    private void completeDrain() {
        if (draining && queue.size() == 0) {
            work.signalAll();
            if (unanswered == 0) {
                drained.complete(null);
            }
        }
    }

    /** Requests that wait now. */
    int waiting() {
        lock.lock();
        try {
            return queue.size();
        } finally {
            lock.unlock();
        }
    }

    /** Closes the instances; only once drained. */
    @Override
    public void close() {
        lock.lock();
        try {
            alarm.ifPresent(set -> set.its().cancel());
        } finally {
            lock.unlock();
        }
        try (OwnedParts parts = new OwnedParts()) {
            instances.forEach(parts::add);
        }
    }
}
