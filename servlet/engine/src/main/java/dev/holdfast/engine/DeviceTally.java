package dev.holdfast.engine;

import dev.holdfast.memory.NativeCallException;
import dev.holdfast.memory.cuda.CudaCounter;
import dev.holdfast.protocol.Lease;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The counter on a version's device, on which all workers count the requests that it is given; versions in host memory
 * have none. A batch takes its numbers by one launch, made before the batch's own: between processes that take turns on the
 * device, one made after it would cost a turn of its own. Each {@link Instance} has one. One thread at a time.
 */
final class DeviceTally implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DeviceTally.class);

    private final Optional<CudaCounter> counter;
    private int begun;

    private DeviceTally(Optional<CudaCounter> counter) {
        this.counter = counter;
    }

    /** That of a lease's version; see {@link Lease#openDeviceCounter} for what it throws. */
    static DeviceTally of(Lease lease) {
        return new DeviceTally(lease.openDeviceCounter());
    }

    /** Has the device count the requests of a batch, which is about to be computed. */
    void begin(int requests) {
        begun = 0;
        if (counter.isPresent()) {
            try {
                counter.get().begin(requests);
                begun = requests;
            } catch (NativeCallException e) {
                LOG.error("{} does not count", counter.get(), e);
            }
        }
    }

    /**
     * The number of the batch's first request, the others follow it; empty if there is no counter or the device failed:
     * an answer that was computed is worth more than its number.
     */
    OptionalLong first() {
        if (begun == 0) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(counter.orElseThrow().await() - begun + 1);
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
