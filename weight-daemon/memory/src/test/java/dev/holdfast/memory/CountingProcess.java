package dev.holdfast.memory;

import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/** A process of its own that waits until a counter reaches a start value, counts by ones, and prints {@code done}. */
final class CountingProcess {
    private CountingProcess() {}

    /** Arguments: the counter's file, the start value, how often to count. */
    public static void main(String[] arguments) {
        long start = Long.parseLong(arguments[1]);
        long times = Long.parseLong(arguments[2]);
        try (SharedCounter counter = SharedCounter.open(Path.of(arguments[0]))) {
            System.out.println("ready");
            while (counter.get() < start) {
                LockSupport.parkNanos(100_000);
            }
            for (long i = 0; i < times; i++) {
                counter.addAndGet(1);
            }
            System.out.println("done");
        }
    }
}
