package dev.holdfast.memory.cuda;

import dev.holdfast.memory.MoreLibC;
import dev.holdfast.memory.OwnedDescriptor;
import java.util.concurrent.locks.LockSupport;

/** A process of its own that waits until a counter reaches a start value, counts by ones, and prints {@code done}. */
final class CudaCountingProcess {
    private CudaCountingProcess() {}

    /** Arguments: device, pid and number of the descriptor, start value, how often to count. */
    public static void main(String[] arguments) {
        int number = MoreLibC.descriptorOf(Long.parseLong(arguments[1]), Integer.parseInt(arguments[2]));
        long start = Long.parseLong(arguments[3]);
        long times = Long.parseLong(arguments[4]);
        try (CudaCounter counter = CudaCounter.adopt(OwnedDescriptor.owning(number), arguments[0])) {
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
