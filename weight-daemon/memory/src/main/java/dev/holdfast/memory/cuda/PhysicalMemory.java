package dev.holdfast.memory.cuda;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import dev.holdfast.memory.ArenaException;
import dev.holdfast.memory.OpenOwners;
import dev.holdfast.memory.OwnedDescriptor;

/**
 * Pages of a device by their driver handle: made here, or imported from a descriptor. The pages live as long as any
 * handle, mapping or descriptor of them in any process.
 */
final class PhysicalMemory implements AutoCloseable {
    /** {@code cuda.h}: {@code CU_MEM_ALLOCATION_TYPE_PINNED}. */
    private static final int ALLOCATION_TYPE_PINNED = 1;

    /** {@code cuda.h}: {@code CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR}. */
    private static final int HANDLE_TYPE_POSIX_FILE_DESCRIPTOR = 1;

    /** {@code cuda.h}: {@code CU_MEM_LOCATION_TYPE_DEVICE}. */
    static final int LOCATION_TYPE_DEVICE = 1;

    /** {@code cuda.h}: {@code CU_MEM_ALLOC_GRANULARITY_MINIMUM}. */
    private static final int GRANULARITY_MINIMUM = 0;

    /** {@code cuda.h}: {@code sizeof(CUmemAllocationProp)}. */
    private static final int PROPERTIES_BYTES = 32;

    private final DeviceContext context;
    private final long handle;
    private final long alignedBytes;
    private boolean open = true;

    private PhysicalMemory(DeviceContext context, long handle, long alignedBytes) {
        this.context = context;
        this.handle = handle;
        this.alignedBytes = alignedBytes;
        OpenOwners.opened(this);
    }

    /**
     * Allocates.
     *
     * @param context outlives it
     * @param sizeBytes rounded up to the granularity, at least one unit
     * @throws CudaOutOfMemoryException if the device has too little
     * @throws CudaUnavailableException if its memory can't be named by a descriptor
     */
    static PhysicalMemory create(DeviceContext context, long sizeBytes, String what) {
        context.device().requireDescriptors();
        long alignedBytes = aligned(context.device(), sizeBytes);
        LongByReference handle = new LongByReference();
        int result = context.call(
                () -> DriverFunctions.loaded().cuMemCreate(handle, alignedBytes, properties(context.device()), 0));
        context.checkAllocation(result, "cuMemCreate", what, alignedBytes);
        return new PhysicalMemory(context, handle.getValue(), alignedBytes);
    }

    /**
     * Imports what a descriptor names. The handle can't be exported again: pass on a duplicate of the descriptor.
     *
     * @param context of the device whose memory it is; outlives this
     * @param sizeBytes what was asked for when it was created
     * @throws ArenaException if the descriptor names no CUDA memory
     * @throws dev.holdfast.memory.NativeCallException if there is no memory for the import
     */
    static PhysicalMemory importFrom(DeviceContext context, OwnedDescriptor descriptor, long sizeBytes) {
        long alignedBytes = aligned(context.device(), sizeBytes);
        LongByReference handle = new LongByReference();
        int result = descriptor.use(number -> context.call(() -> DriverFunctions.loaded()
                .cuMemImportFromShareableHandle(handle, new Pointer(number), HANDLE_TYPE_POSIX_FILE_DESCRIPTOR)));
        DriverResult.checkMemory(result, "cuMemImportFromShareableHandle", descriptor + " on " + context.device());
        if (result != DriverResult.SUCCESS) {
            throw new ArenaException(descriptor + " can't be imported as memory of " + context.device() + ": "
                    + DriverResult.name(result) + "; it must be received over a socket or inherited, as opening it"
                    + " again through /proc does not carry the memory");
        }
        return new PhysicalMemory(context, handle.getValue(), alignedBytes);
    }

    private static long aligned(CudaDevice device, long sizeBytes) {
        LongByReference granularity = new LongByReference();
        DriverResult.check(
                DriverFunctions.loaded()
                        .cuMemGetAllocationGranularity(granularity, properties(device), GRANULARITY_MINIMUM),
                "cuMemGetAllocationGranularity",
                device.toString());
        long unit = granularity.getValue();
        return Math.multiplyExact(Math.max(1, Math.floorDiv(Math.addExact(sizeBytes, unit - 1), unit)), unit);
    }

    /** {@code CUmemAllocationProp}: type, handle types, location type, device, Windows attributes, compression, usage. */
    private static Memory properties(CudaDevice device) {
        Memory properties = new Memory(PROPERTIES_BYTES);
        properties.clear();
        properties.setInt(0, ALLOCATION_TYPE_PINNED);
        properties.setInt(4, HANDLE_TYPE_POSIX_FILE_DESCRIPTOR);
        properties.setInt(8, LOCATION_TYPE_DEVICE);
        properties.setInt(12, device.ordinal());
        return properties;
    }

    DeviceContext context() {
        return context;
    }

    long handle() {
        return handle;
    }

    /** The pages' length: a multiple of the granularity. */
    long alignedBytes() {
        return alignedBytes;
    }

    /** A descriptor that names these pages and keeps them, closed on exec, owned by the caller. */
    OwnedDescriptor export() {
        IntByReference number = new IntByReference(-1);
        DriverResult.check(
                context.call(() -> DriverFunctions.loaded()
                        .cuMemExportToShareableHandle(number, handle, HANDLE_TYPE_POSIX_FILE_DESCRIPTOR, 0)),
                "cuMemExportToShareableHandle",
                toString());
        try (OwnedDescriptor exported = OwnedDescriptor.owning(number.getValue())) {
            return exported.duplicate(); // The driver's own stays open on exec.
        }
    }

    @Override
    public synchronized void close() {
        if (open) {
            open = false;
            OpenOwners.closed(this);
            DriverResult.check(
                    context.call(() -> DriverFunctions.loaded().cuMemRelease(handle)), "cuMemRelease", toString());
        }
    }

    @Override
    public String toString() {
        return alignedBytes + " bytes of " + context.device();
    }
}
