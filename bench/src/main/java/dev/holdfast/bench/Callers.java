package dev.holdfast.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** Calls something again and again: one after another, or from several threads at once. */
final class Callers {
    private static final int FEWEST_CALLS = 5;

    private Callers() {}

    /** The median time of a call, in milliseconds, among those of that many milliseconds. */
    static double medianMillis(Runnable call, long millis) {
        Samples calls = new Samples();
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (System.nanoTime() < end || calls.count() < FEWEST_CALLS) {
            long started = System.nanoTime();
            call.run();
            calls.add((System.nanoTime() - started) / 1e6);
        }
        return calls.median();
    }

    /**
     * Calls a second, from several threads that each call again once they have their answer.
     *
     * @throws IllegalStateException if a call fails
     */
    static double perSecond(int callers, Runnable call, long millis) throws InterruptedException {
        AtomicLong done = new AtomicLong();
        AtomicReference<RuntimeException> failure = new AtomicReference<>();
        long started = System.nanoTime();
        long end = started + TimeUnit.MILLISECONDS.toNanos(millis);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < callers; i++) {
            threads.add(new Thread(() -> callUntil(end, call, done, failure), "caller-" + i));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        if (failure.get() != null) {
            throw new IllegalStateException("a call failed", failure.get());
        }
        return done.get() / ((System.nanoTime() - started) / 1e9);
    }

    private static void callUntil(long end, Runnable call, AtomicLong done, AtomicReference<RuntimeException> failure) {
        try {
            while (System.nanoTime() < end) {
                call.run();
                done.incrementAndGet();
            }
        } catch (RuntimeException e) {
            failure.set(e);
        }
    }
}
