package dev.holdfast.memory.cuda;

import com.sun.jna.Memory;
import com.sun.jna.ptr.LongByReference;
import dev.holdfast.memory.ArenaException;
import dev.holdfast.memory.NativeCallException;
import dev.holdfast.memory.OpenOwners;
import dev.holdfast.memory.OwnedParts;

/** Addresses of a device with pages mapped to them; the mapping keeps the pages. */
final class DeviceRange implements AutoCloseable {
    /** What this process may do with the bytes; {@code cuda.h}: {@code CUmemAccess_flags}. */
    enum Access {
        READ(1),
        READ_WRITE(3);

        private final int flags;

        Access(int flags) {
            this.flags = flags;
        }
    }

    /** {@code cuda.h}: {@code sizeof(CUmemAccessDesc)}. */
    private static final int ACCESS_BYTES = 12;

    private final DeviceContext context;
    private final long address;
    private final long alignedBytes;
    private boolean mapped;
    private boolean reserved = true;

    private DeviceRange(DeviceContext context, long address, long alignedBytes) {
        this.context = context;
        this.address = address;
        this.alignedBytes = alignedBytes;
        OpenOwners.opened(this);
    }

    /**
     * Maps all of {@code memory}: part of it would be refused.
     *
     * @throws ArenaException if the pages have another length
     * @throws NativeCallException if the driver refuses otherwise
     */
    static DeviceRange map(PhysicalMemory memory, Access access) {
        try (OwnedParts parts = new OwnedParts()) {
            DeviceRange range = parts.add(reserve(memory.context(), memory.alignedBytes()));
            range.map(memory);
            range.permit(access);
            parts.handOver();
            return range;
        }
    }

    private static DeviceRange reserve(DeviceContext context, long alignedBytes) {
        LongByReference address = new LongByReference();
        DriverResult.check(
                context.call(() -> DriverFunctions.loaded().cuMemAddressReserve(address, alignedBytes, 0, 0, 0)),
                "cuMemAddressReserve",
                alignedBytes + " bytes of " + context.device());
        return new DeviceRange(context, address.getValue(), alignedBytes);
    }

    private void map(PhysicalMemory memory) {
        int result =
                context.call(() -> DriverFunctions.loaded().cuMemMap(address, alignedBytes, 0, memory.handle(), 0));
        // Less than all of an imported allocation is NOT_SUPPORTED, more is INVALID_VALUE.
        if (result == DriverResult.INVALID_VALUE || result == DriverResult.NOT_SUPPORTED) {
            throw new ArenaException(
                    "the memory does not have the " + alignedBytes + " bytes that its manifest asks for on "
                            + context.device() + ", or is another device's; it is not this version's arena");
        }
        DriverResult.check(result, "cuMemMap", toString());
        mapped = true;
    }

    /** {@code CUmemAccessDesc}: location type, device, flags. */
    private void permit(Access access) {
        Memory descriptor = new Memory(ACCESS_BYTES);
        descriptor.setInt(0, PhysicalMemory.LOCATION_TYPE_DEVICE);
        descriptor.setInt(4, context.device().ordinal());
        descriptor.setInt(8, access.flags);
        DriverResult.check(
                context.call(() -> DriverFunctions.loaded().cuMemSetAccess(address, alignedBytes, descriptor, 1)),
                "cuMemSetAccess",
                toString());
    }

    long address() {
        return address;
    }

    /** Unmaps; work on the device that still uses the addresses must have ended. */
    @Override
    public synchronized void close() {
        if (!reserved) {
            return;
        }
        reserved = false;
        OpenOwners.closed(this);
        try {
            if (mapped) {
                DriverResult.check(
                        context.call(() -> DriverFunctions.loaded().cuMemUnmap(address, alignedBytes)),
                        "cuMemUnmap",
                        toString());
            }
        } finally {
            DriverResult.check(
                    context.call(() -> DriverFunctions.loaded().cuMemAddressFree(address, alignedBytes)),
                    "cuMemAddressFree",
                    toString());
        }
    }

    @Override
    public String toString() {
        return alignedBytes + " bytes at 0x" + Long.toHexString(address) + " of " + context.device();
    }
}
