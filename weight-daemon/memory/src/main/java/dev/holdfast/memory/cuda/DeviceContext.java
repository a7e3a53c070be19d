package dev.holdfast.memory.cuda;

import dev.holdfast.memory.NativeCallException;
import dev.holdfast.memory.OpenOwners;
import java.util.function.Supplier;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.JCudaDriver;

/**
 * A hold on a device's primary context, which everything in this process that uses the device shares. The driver
 * destroys the context with the last hold.
 *
 * <p>Calls may be made from any thread; each makes the context the thread's own for as long as it lasts.
 */
public final class DeviceContext implements AutoCloseable {
    private final CudaDevice device;
    private final CUcontext context;
    private boolean open = true;

    private DeviceContext(CudaDevice device, CUcontext context) {
        this.device = device;
        this.context = context;
        OpenOwners.opened(this);
    }

    /** @throws NativeCallException if the device has no room for a context, or is in exclusive use by another process */
    static DeviceContext retain(CudaDevice device) {
        CUcontext context = new CUcontext();
        DriverResult.check(
                JCudaDriver.cuDevicePrimaryCtxRetain(context, device.handle()),
                "cuDevicePrimaryCtxRetain",
                "a context (some 500 MiB) on " + device);
        return new DeviceContext(device, context);
    }

    CudaDevice device() {
        return device;
    }

    /** Makes driver calls in this context. */
    <T> T call(Supplier<T> calls) {
        DriverResult.check(JCudaDriver.cuCtxPushCurrent(context), "cuCtxPushCurrent", device.toString());
        try {
            return calls.get();
        } finally {
            JCudaDriver.cuCtxPopCurrent(new CUcontext());
        }
    }

    /** Makes driver calls in this context. */
    void run(Runnable calls) {
        call(() -> {
            calls.run();
            return true;
        });
    }

    /** Sets memory to zero, at once. */
    void clear(CUdeviceptr start, long lengthBytes) {
        run(() -> {
            DriverResult.check(
                    JCudaDriver.cuMemsetD8(start, (byte) 0, lengthBytes), "cuMemsetD8", lengthBytes + " bytes");
            DriverResult.check(JCudaDriver.cuCtxSynchronize(), "cuCtxSynchronize", toString());
        });
    }

    /** The device's free memory now. */
    long freeBytes() {
        return call(() -> {
            long[] free = new long[1];
            long[] total = new long[1];
            DriverResult.check(JCudaDriver.cuMemGetInfo(free, total), "cuMemGetInfo", device.toString());
            return free[0];
        });
    }

    /**
     * As {@link DriverResult#check}, for calls that take device memory.
     *
     * @throws CudaOutOfMemoryException if there is too little
     */
    void checkAllocation(int result, String call, String what, long askedBytes) {
        if (result == DriverResult.OUT_OF_MEMORY) {
            throw new CudaOutOfMemoryException(device, what, askedBytes, freeBytes());
        }
        DriverResult.check(result, call, what + " (" + askedBytes + " bytes) on " + device);
    }

    /** Gives up this hold; further calls do nothing. */
    @Override
    public synchronized void close() {
        if (open) {
            open = false;
            OpenOwners.closed(this);
            DriverResult.check(
                    JCudaDriver.cuDevicePrimaryCtxRelease(device.handle()),
                    "cuDevicePrimaryCtxRelease",
                    device.toString());
        }
    }

    @Override
    public String toString() {
        return "context of " + device;
    }
}
