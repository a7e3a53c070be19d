package dev.holdfast.memory.cuda;

import dev.holdfast.memory.OpenOwners;
import dev.holdfast.memory.OwnedParts;
import java.util.function.ToIntFunction;
import jcuda.driver.CUstream;
import jcuda.driver.CUstream_flags;
import jcuda.driver.JCudaDriver;

/**
 * A queue of work for a device, which does it in that order. It neither waits for other queues nor makes them wait. Any
 * thread; work is added in the order of the calls.
 */
public final class DeviceStream implements AutoCloseable {
    private final DeviceContext context;
    private final Handle stream;
    private final OwnedParts parts;
    private boolean open = true;

    /** @param parts closed after the stream */
    private DeviceStream(DeviceContext context, Handle stream, OwnedParts parts) {
        this.context = context;
        this.stream = stream;
        this.parts = parts;
        OpenOwners.opened(this);
    }

    /**
     * A new stream, which holds the device's context itself.
     *
     * @return owned by the caller
     * @throws dev.holdfast.memory.NativeCallException if there is no room for a context
     */
    public static DeviceStream open(CudaDevice device) {
        try (OwnedParts made = new OwnedParts()) {
            DeviceContext context = made.add(DeviceContext.retain(device));
            return new DeviceStream(context, newHandle(context), made.handOver());
        }
    }

    /** @param context outlives it */
    static DeviceStream create(DeviceContext context) {
        return new DeviceStream(context, newHandle(context), new OwnedParts());
    }

    private static Handle newHandle(DeviceContext context) {
        Handle stream = new Handle();
        DriverResult.check(
                context.call(() -> JCudaDriver.cuStreamCreate(stream, CUstream_flags.CU_STREAM_NON_BLOCKING)),
                "cuStreamCreate",
                context.toString());
        return stream;
    }

    DeviceContext context() {
        return context;
    }

    /** The {@code CUstream}, which is also the {@code cudaStream_t} of libraries above the driver; valid until closed. */
    public long handle() {
        return stream.address();
    }

    /** Adds work: a driver call that takes the stream. */
    void add(String call, String what, ToIntFunction<CUstream> work) {
        DriverResult.check(context.call(() -> work.applyAsInt(stream)), call, what);
    }

    /**
     * Waits until all added work is done, by whomever it was added.
     *
     * @param what the work is, for the error
     * @throws dev.holdfast.memory.NativeCallException if the device failed at it
     */
    public void await(String what) {
        DriverResult.check(context.call(() -> JCudaDriver.cuStreamSynchronize(stream)), "cuStreamSynchronize", what);
    }

    /** Ends the stream once its work is done; further calls do nothing. */
    @Override
    public synchronized void close() {
        if (open) {
            open = false;
            OpenOwners.closed(this);
            try (OwnedParts closedSecond = parts) {
                DriverResult.check(
                        context.call(() -> JCudaDriver.cuStreamDestroy(stream)), "cuStreamDestroy", toString());
            }
        }
    }

    @Override
    public String toString() {
        return "stream of " + context.device();
    }

    /** JCuda tells the value of a handle to subclasses alone. */
    private static final class Handle extends CUstream {
        long address() {
            return getNativePointer();
        }
    }
}
