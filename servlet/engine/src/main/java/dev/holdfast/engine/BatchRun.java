package dev.holdfast.engine;

import dev.holdfast.onnxruntime.ErrorCode;
import dev.holdfast.onnxruntime.OnnxRuntimeException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One batch from queue to answers. Every request of it is answered or failed when {@link #run} returns; if none of them
 * is waited for any more, the run is ended. The instance is given back as soon as it has computed, so that it computes
 * the next batch while this one's answers are written.
 */
final class BatchRun {
    private static final Logger LOG = LoggerFactory.getLogger(BatchRun.class);

    private final Instance instance;
    private final Runnable giveBack;
    private final Answers answers;
    private final RunEstimate estimate;
    private final Timer timer;
    private int waiting;
    private boolean computing;
    private boolean terminated;

    /** @param giveBack called once the instance is free */
    BatchRun(Instance instance, Runnable giveBack, Answers answers, RunEstimate estimate, Timer timer) {
        this.instance = instance;
        this.giveBack = giveBack;
        this.answers = answers;
        this.estimate = estimate;
        this.timer = timer;
    }

    /** Computes the requests together; if that fails, one by one, so that only those fail that are to blame. */
    void run(List<Pending> batch) {
        long now = timer.nanos();
        List<Pending> begun = new ArrayList<>(batch.size());
        synchronized (this) {
            waiting = batch.size();
            computing = true;
        }
        for (Pending pending : batch) {
            if (pending.begin(this, now)) {
                begun.add(pending);
            } else {
                abandoned();
            }
        }
        try {
            if (!begun.isEmpty()) {
                compute(begun);
            }
        } finally {
            finish();
        }
    }

    private void compute(List<Pending> batch) {
        Computed computed;
        try {
            computed = computed(batch);
        } catch (RuntimeException | Error e) {
            computeWithoutCulprits(batch, e);
            return;
        }
        finish();
        answer(batch, computed);
    }

    private void computeWithoutCulprits(List<Pending> batch, Throwable cause) {
        if (batch.size() == 1) {
            fail(batch.get(0), cause);
            return;
        }
        LOG.debug("a batch of {} failed and is computed one by one", batch.size(), cause);
        batch.stream().filter(pending -> !pending.isDone()).forEach(this::computeAlone);
    }

    private void computeAlone(Pending pending) {
        try {
            answer(List.of(pending), computed(List.of(pending)));
        } catch (RuntimeException | Error e) {
            fail(pending, e);
        }
    }

    private void answer(List<Pending> batch, Computed computed) {
        try {
            answers.succeed(batch, computed);
        } catch (RuntimeException | Error e) {
            batch.forEach(pending -> fail(pending, e));
        }
    }

    /** What a run took counts for the estimate even if it failed or was ended. */
    private Computed computed(List<Pending> batch) {
        List<CheckedRequest> requests = new ArrayList<>(batch.size());
        long sizeBytes = 0;
        for (Pending pending : batch) {
            requests.add(pending.checked());
            sizeBytes += pending.checked().sizeBytes();
        }
        long started = timer.nanos();
        try {
            return instance.run(requests);
        } finally {
            estimate.ran(sizeBytes, timer.nanos() - started);
        }
    }

    private void fail(Pending pending, Throwable cause) {
        if (cause instanceof InferenceException failure) {
            answers.fail(pending, failure);
            return;
        }
        if (cause instanceof OnnxRuntimeException refusal && refusal.code() == ErrorCode.INVALID_ARGUMENT) {
            answers.fail(pending, new InvalidValuesException(refusal));
            return;
        }
        boolean refused = cause instanceof OnnxRuntimeException;
        if (!refused && !pending.isDone()) {
            LOG.error("a run failed in a way it should not", cause);
        }
        answers.fail(pending, new InferenceFailedException("the computation failed: " + describe(cause), cause));
    }

    private static String describe(Throwable cause) {
        return cause instanceof OnnxRuntimeException ? String.valueOf(cause.getMessage()) : cause.toString();
    }

    /** Says that one of the requests is no longer waited for. */
    synchronized void abandoned() {
        waiting--;
        if (waiting == 0 && computing) {
            terminated = true;
            instance.options().terminate();
        }
    }

    /** Gives the instance back, once. */
    private void finish() {
        synchronized (this) {
            if (!computing) {
                return;
            }
            computing = false;
            if (terminated) {
                instance.options().clearTerminate();
            }
        }
        giveBack.run();
    }
}
