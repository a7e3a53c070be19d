package dev.holdfast.memory.cuda;

import dev.holdfast.memory.OpenOwners;
import java.util.function.ToIntFunction;
import jcuda.driver.CUstream;
import jcuda.driver.CUstream_flags;
import jcuda.driver.JCudaDriver;

/** A queue of work for a device, which neither waits for other queues nor makes them wait. */
final class DeviceStream implements AutoCloseable {
    private final DeviceContext context;
    private final CUstream stream;
    private boolean open = true;

    private DeviceStream(DeviceContext context, CUstream stream) {
        this.context = context;
        this.stream = stream;
        OpenOwners.opened(this);
    }

    /** @param context outlives it */
    static DeviceStream create(DeviceContext context) {
        CUstream stream = new CUstream();
        DriverResult.check(
                context.call(() -> JCudaDriver.cuStreamCreate(stream, CUstream_flags.CU_STREAM_NON_BLOCKING)),
                "cuStreamCreate",
                context.toString());
        return new DeviceStream(context, stream);
    }

    /** Adds work: a driver call that takes the stream. */
    void add(String call, String what, ToIntFunction<CUstream> work) {
        DriverResult.check(context.call(() -> work.applyAsInt(stream)), call, what);
    }

    /** Waits until all added work is done. */
    void await(String what) {
        DriverResult.check(context.call(() -> JCudaDriver.cuStreamSynchronize(stream)), "cuStreamSynchronize", what);
    }

    @Override
    public synchronized void close() {
        if (open) {
            open = false;
            OpenOwners.closed(this);
            DriverResult.check(context.call(() -> JCudaDriver.cuStreamDestroy(stream)), "cuStreamDestroy", toString());
        }
    }

    @Override
    public String toString() {
        return "stream of " + context.device();
    }
}
