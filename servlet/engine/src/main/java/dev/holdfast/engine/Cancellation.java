package dev.holdfast.engine;

import java.util.ArrayList;
import java.util.List;

/**
 * The way to give a request up, as when its client has gone: it is dropped from the queue, or its run is ended if no
 * other request is in it. One object may serve several requests. Any thread.
 */
public final class Cancellation {
    private final List<Runnable> actions = new ArrayList<>();
    private boolean cancelled;

    /** Gives up the requests that carry this, those to come as well; repeats do nothing. */
    public void cancel() {
        List<Runnable> due;
        synchronized (actions) {
            cancelled = true;
            due = List.copyOf(actions);
            actions.clear();
        }
        due.forEach(Runnable::run);
    }

    /** Whether {@link #cancel} was called. */
    public boolean isCancelled() {
        synchronized (actions) {
            return cancelled;
        }
    }

    /** Has {@code action} run when this is cancelled, at once if it has been. */
    void onCancel(Runnable action) {
        synchronized (actions) {
            if (!cancelled) {
                actions.add(action);
                return;
            }
        }
        action.run();
    }

    /** Ends what {@link #onCancel} began, for an object that serves many requests. */
    void forget(Runnable action) {
        synchronized (actions) {
            actions.remove(action);
        }
    }
}
