package dev.holdfast.engine;

import dev.holdfast.memory.NativeCallException;
import dev.holdfast.memory.cuda.CudaCounter;
import dev.holdfast.memory.cuda.DeviceStream;
import dev.holdfast.protocol.Lease;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The counter on a version's device, on which all workers count the requests that it is given; versions in host memory
 * have none. A batch takes its numbers by one launch, made in the batch's own stream: between processes that take turns on the
 * device, one made elsewhere may cost a turn of its own. Each {@link Instance} has one. One thread at a time.
 */
final class DeviceTally implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DeviceTally.class);

    private final Optional<CudaCounter> counter;
    private final Optional<DeviceStream> stream;
    private int begun;

    private DeviceTally(Optional<CudaCounter> counter, Optional<DeviceStream> stream) {
        this.counter = counter;
        this.stream = stream;
    }

    /**
     * That of a lease's version; see {@link Lease#openDeviceCounter} for what it throws.
     *
     * @param stream of the batches, if they have one
     */
    static DeviceTally of(Lease lease, Optional<DeviceStream> stream) {
        return new DeviceTally(lease.openDeviceCounter(), stream);
    }

    /** Has the device count the requests of a batch, which has been given to the stream; 0 counts nothing. */
    void begin(int requests) {
        begun = 0;
        if (counter.isPresent() && requests > 0) {
            try {
                counter.get().begin(requests, stream.orElseThrow());
                begun = requests;
            } catch (NativeCallException e) {
                LOG.error("{} does not count", counter.get(), e);
            }
        }
    }

    /**
     * The number of the batch's first request, the others follow it, once the stream was awaited; empty if there is no
     * counter or it could not be asked: an answer that was computed is worth more than its number.
     */
    OptionalLong first() {
        return begun == 0
                ? OptionalLong.empty()
                : OptionalLong.of(counter.orElseThrow().sum() - begun + 1);
    }

    @Override
    public void close() {
        counter.ifPresent(CudaCounter::close);
    }
}
