package dev.holdfast.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads that call again and again, and what failed meanwhile. */
final class Load {
    private final List<Thread> threads = new ArrayList<>();
    private final Collection<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final AtomicInteger calls = new AtomicInteger();
    private volatile boolean stopped;

    private Load() {}

    /** One call; throws if it is not as it should be. */
    interface Call {
        void make(int caller, int call) throws Exception;
    }

    /** Starts {@code callers} threads of {@code count} calls each, or until stopped. */
    static Load start(int callers, int count, Call call) {
        Load load = new Load();
        for (int i = 0; i < callers; i++) {
            int caller = i;
            Thread thread = new Thread(() -> load.callOverAndOver(caller, count, call), "caller-" + i);
            load.threads.add(thread);
            thread.start();
        }
        return load;
    }

    private void callOverAndOver(int caller, int count, Call call) {
        for (int i = 0; i < count && !stopped; i++) {
            try {
                call.make(caller, i);
            } catch (Exception | AssertionError e) {
                failures.add(e);
            }
            calls.incrementAndGet();
        }
    }

    /** How many calls have been made. */
    int calls() {
        return calls.get();
    }

    /** Waits until as many calls more have been made. */
    void awaitMore(int more) throws InterruptedException {
        int wanted = calls.get() + more;
        TestHolder.await(() -> calls.get() >= wanted, more + " more calls");
    }

    /** Ends it, and gives what failed. */
    Collection<Throwable> stop() throws InterruptedException {
        stopped = true;
        return join();
    }

    /** Waits until all calls are made, and gives what failed. */
    Collection<Throwable> join() throws InterruptedException {
        for (Thread thread : threads) {
            thread.join(TestHolder.LIMIT.toMillis());
            if (thread.isAlive()) {
                failures.add(new AssertionError(thread.getName() + " hangs"));
            }
        }
        return failures;
    }
}
