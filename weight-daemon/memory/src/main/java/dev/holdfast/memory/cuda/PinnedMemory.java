package dev.holdfast.memory.cuda;

import com.sun.jna.Native;
import dev.holdfast.memory.OpenOwners;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jcuda.Pointer;
import jcuda.driver.JCudaDriver;

/**
 * Host memory that the device reads and writes by itself: page-locked, so copies need no staging, and at the same
 * address on the device (unified addressing).
 */
final class PinnedMemory implements AutoCloseable {
    private final DeviceContext context;
    private final Pointer pointer;
    private final ByteBuffer bytes;
    private boolean open = true;

    private PinnedMemory(DeviceContext context, Pointer pointer, int sizeBytes) {
        this.context = context;
        this.pointer = pointer;
        this.bytes = pointer.getByteBuffer(0, sizeBytes).order(ByteOrder.nativeOrder());
        OpenOwners.opened(this);
    }

    /**
     * @param context outlives it
     * @throws dev.holdfast.memory.NativeCallException if the machine can't lock so much memory
     */
    static PinnedMemory allocate(DeviceContext context, int sizeBytes) {
        Pointer pointer = new Pointer();
        DriverResult.check(
                context.call(
                        () -> JCudaDriver.cuMemHostAlloc(pointer, sizeBytes, JCudaDriver.CU_MEMHOSTALLOC_PORTABLE)),
                "cuMemHostAlloc",
                sizeBytes + " bytes of page-locked host memory");
        return new PinnedMemory(context, pointer, sizeBytes);
    }

    /** All of it in native byte order; not to be touched once this is closed. */
    ByteBuffer bytes() {
        return bytes;
    }

    Pointer pointer() {
        return pointer;
    }

    /** The address, for a kernel. */
    long address() {
        return com.sun.jna.Pointer.nativeValue(Native.getDirectBufferPointer(bytes));
    }

    /** Frees it; no copy may be under way. */
    @Override
    public synchronized void close() {
        if (open) {
            open = false;
            OpenOwners.closed(this);
            DriverResult.check(context.call(() -> JCudaDriver.cuMemFreeHost(pointer)), "cuMemFreeHost", toString());
        }
    }

    @Override
    public String toString() {
        return bytes.capacity() + " bytes of page-locked host memory";
    }
}
