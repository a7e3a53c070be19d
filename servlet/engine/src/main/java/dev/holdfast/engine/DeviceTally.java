package dev.holdfast.engine;

import dev.holdfast.memory.NativeCallException;
import dev.holdfast.memory.cuda.CudaCounter;
import dev.holdfast.protocol.Lease;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The counter on a version's device, which all workers count on; versions in host memory have none. A batch takes its
 * numbers by one launch. Any thread.
 */
final class DeviceTally implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DeviceTally.class);

    private final Optional<CudaCounter> counter;

    private DeviceTally(Optional<CudaCounter> counter) {
        this.counter = counter;
    }

    /** That of a lease's version; see {@link Lease#openDeviceCounter} for what it throws. */
    static DeviceTally of(Lease lease) {
        return new DeviceTally(lease.openDeviceCounter());
    }

    /**
     * Counts so many answers.
     *
     * @return the number of the first, the others follow it; empty if there is no counter or the device failed: an answer
     *     that was computed is worth more than its number
     */
    OptionalLong count(int answers) {
        if (counter.isEmpty() || answers == 0) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(counter.get().addAndGet(answers) - answers + 1);
        } catch (NativeCallException e) {
            LOG.error("{} does not count", counter.get(), e);
            return OptionalLong.empty();
        }
    }

    @Override
    public void close() {
        counter.ifPresent(CudaCounter::close);
    }
}
