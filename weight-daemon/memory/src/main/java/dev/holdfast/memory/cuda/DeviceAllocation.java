package dev.holdfast.memory.cuda;

import com.sun.jna.ptr.LongByReference;
import dev.holdfast.memory.OpenOwners;
import dev.holdfast.memory.OwnedParts;
import jcuda.driver.CUdeviceptr;

/** Memory of a device that belongs to this process: {@code cuMemAlloc}. All zero at first. */
final class DeviceAllocation implements AutoCloseable {
    private final DeviceContext context;
    private final long address;
    private final long sizeBytes;
    private boolean open = true;

    private DeviceAllocation(DeviceContext context, long address, long sizeBytes) {
        this.context = context;
        this.address = address;
        this.sizeBytes = sizeBytes;
        OpenOwners.opened(this);
    }

    /**
     * Allocates and clears.
     *
     * @param context outlives it
     * @throws CudaOutOfMemoryException if the device has too little
     */
    static DeviceAllocation allocate(DeviceContext context, long sizeBytes, String what) {
        LongByReference address = new LongByReference();
        int result = context.call(() -> DriverFunctions.loaded().cuMemAlloc_v2(address, sizeBytes));
        context.checkAllocation(result, "cuMemAlloc", what, sizeBytes);
        try (OwnedParts made = new OwnedParts()) {
            DeviceAllocation allocation = made.add(new DeviceAllocation(context, address.getValue(), sizeBytes));
            context.clear(allocation.pointer(), sizeBytes);
            made.handOver();
            return allocation;
        }
    }

    long address() {
        return address;
    }

    CUdeviceptr pointer() {
        return new CUdeviceptr().withByteOffset(address);
    }

    @Override
    public synchronized void close() {
        if (open) {
            open = false;
            OpenOwners.closed(this);
            DriverResult.check(
                    context.call(() -> DriverFunctions.loaded().cuMemFree_v2(address)), "cuMemFree", toString());
        }
    }

    @Override
    public String toString() {
        return sizeBytes + " bytes of " + context.device();
    }
}
