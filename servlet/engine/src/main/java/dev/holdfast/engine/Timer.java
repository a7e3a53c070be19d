package dev.holdfast.engine;

/** The engine's time; injected, so that tests decide when it passes. Any thread. */
interface Timer {
    /** Nanoseconds since some moment; only differences mean anything. */
    long nanos();

    /** Runs {@code action} once, {@code delayNanos} from now, on the timer's own thread; it must be short. */
    Alarm after(long delayNanos, Runnable action);

    /** Something that will run unless it is cancelled. */
    interface Alarm {
        /** Nothing to run. */
        Alarm NONE = () -> {};

        /** Has it not run, if it has not begun; repeats do nothing. */
        void cancel();
    }
}
