package dev.holdfast.protocol;

import java.time.Duration;
import java.util.Arrays;

/** Waits until a thread waits in poll(2), so that what wakes it is really needed. */
final class BlockedThread {
    private BlockedThread() {}

    static void await(Thread thread) {
        Deadline deadline = Deadline.after(Duration.ofSeconds(20));
        while (!isInPoll(thread)) {
            if (deadline.isOver()) {
                throw new AssertionError(
                        thread + " does not wait, but is at " + Arrays.toString(thread.getStackTrace()));
            }
            Thread.onSpinWait();
        }
    }

    private static boolean isInPoll(Thread thread) {
        return Arrays.stream(thread.getStackTrace())
                .anyMatch(frame -> frame.getMethodName().equals("poll")
                        && frame.getClassName().equals(SocketCalls.class.getName()));
    }
}
