package dev.holdfast.engine;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What may end a version's requests before they are answered: their time, the model's time in the queue, their callers,
 * the engine's end. Any thread.
 */
final class RequestLimits {
    private final BatchingRule rule;
    private final Answers answers;
    private final Timer timer;
    private final Set<Pending> open = ConcurrentHashMap.newKeySet();

    RequestLimits(BatchingRule rule, Answers answers, Timer timer) {
        this.rule = rule;
        this.answers = answers;
        this.timer = timer;
    }

    /** Watches a request that is about to be submitted; cancelling the alarm ends that. */
    Timer.Alarm watch(Pending pending, Batcher batcher, Optional<Cancellation> caller) {
        open.add(pending);
        Timer.Alarm answerAlarm = answerAlarm(pending, batcher);
        Timer.Alarm queueAlarm = queueAlarm(pending, batcher);
        Runnable onCancel = () -> giveUp(pending, batcher, new RequestCancelledException("the caller gave it up"));
        pending.request().cancellation().ifPresent(hook -> hook.onCancel(onCancel));
        caller.ifPresent(hook -> hook.onCancel(onCancel));
        return () -> {
            open.remove(pending);
            answerAlarm.cancel();
            queueAlarm.cancel();
            pending.request().cancellation().ifPresent(hook -> hook.forget(onCancel));
        };
    }

    private Timer.Alarm answerAlarm(Pending pending, Batcher batcher) {
        Duration limit = pending.request().timeout();
        if (limit.isZero()) {
            return Timer.Alarm.NONE;
        }
        return timer.after(
                limit.toNanos(),
                () -> giveUp(pending, batcher, new RequestTimeoutException("no answer within " + limit)));
    }

    private Timer.Alarm queueAlarm(Pending pending, Batcher batcher) {
        if (rule.timeoutNanos() == 0) {
            return Timer.Alarm.NONE;
        }
        return timer.after(rule.timeoutNanos(), () -> queuedTooLong(pending, batcher));
    }

    private void queuedTooLong(Pending pending, Batcher batcher) {
        if (rule.delaysLate()) {
            batcher.delay(pending);
        } else if (batcher.remove(pending)) {
            answers.fail(
                    pending,
                    new RequestTimeoutException("not run within the queue's default_timeout_microseconds, "
                            + Duration.ofNanos(rule.timeoutNanos())));
        }
    }

    private void giveUp(Pending pending, Batcher batcher, InferenceException reason) {
        answers.fail(pending, reason);
        batcher.remove(pending);
    }

    /** Fails every request that is open. */
    void abort(InferenceException reason) {
        open.forEach(pending -> answers.fail(pending, reason));
    }
}
