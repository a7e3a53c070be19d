package dev.holdfast.memory.cuda;

import dev.holdfast.memory.ArenaKind;
import dev.holdfast.memory.ArenaWriter;
import dev.holdfast.memory.OwnedDescriptor;
import dev.holdfast.memory.OwnedParts;
import dev.holdfast.memory.cuda.DriverFunctions.IpcHandle;
import java.util.HexFormat;
import java.util.Optional;

/**
 * An arena in the memory of a CUDA device that one process owns and others open by a handle: legacy CUDA IPC, for
 * platforms whose device memory has no descriptors.
 *
 * <p>The bytes live as long as the owner, the process that filled it; once that is gone, nobody can open it any more.
 * There is no read-only mode: a stray write by any process changes the bytes for all. Use {@link CudaArena} where it can
 * be had. All mappings in one process have the same address.
 */
public final class CudaIpcArena extends MappableDeviceArena {
    private final IpcMemory memory;
    private final IpcMemory.Hold hold;

    private CudaIpcArena(IpcMemory memory, String deviceUuid, long sizeBytes) {
        super(deviceUuid, sizeBytes);
        this.memory = memory;
        this.hold = memory.hold();
    }

    /** Takes over memory that this process allocated and filled. */
    static CudaIpcArena owning(OwnedParts parts, DeviceContext context, long address, long sizeBytes) {
        return new CudaIpcArena(
                IpcMemory.own(parts, context, address), context.device().uuid(), sizeBytes);
    }

    /**
     * An arena that another process owns. No driver is called until it is mapped.
     *
     * @param handle the owner's {@link #handle()}
     * @param deviceUuid the device that the memory is on
     * @param sizeBytes what the manifest says; 0 is allowed
     * @throws IllegalArgumentException if the handle is not 128 hexadecimal digits or the size is negative
     */
    public static CudaIpcArena of(String handle, String deviceUuid, long sizeBytes) {
        byte[] bytes = HexFormat.of().parseHex(handle);
        if (bytes.length != IpcHandle.BYTES) {
            throw new IllegalArgumentException(
                    "a CUDA IPC handle has " + 2 * IpcHandle.BYTES + " hexadecimal digits, not " + handle.length());
        }
        return new CudaIpcArena(IpcMemory.ofOther(bytes, deviceUuid), deviceUuid, requireSize(sizeBytes));
    }

    /**
     * Allocates a new arena, all zero, for this process to fill and then own.
     *
     * @param device where it goes
     * @param sizeBytes exact length, 0 or more
     * @throws CudaOutOfMemoryException if the device has too little free memory
     * @throws CudaUnavailableException if the device's memory can't be shared
     * @throws IllegalArgumentException if the size is negative
     */
    public static ArenaWriter create(CudaDevice device, long sizeBytes) {
        return CudaIpcArenaWriter.create(device, requireSize(sizeBytes));
    }

    /**
     * What other processes open it by: 128 hexadecimal digits.
     *
     * @throws IllegalStateException if the arena is closed
     */
    public String handle() {
        hold.require(toString());
        return HexFormat.of().formatHex(memory.handle());
    }

    @Override
    public ArenaKind kind() {
        return ArenaKind.CUDA_IPC;
    }

    /** None: it travels by {@link #handle()}. */
    @Override
    public Optional<OwnedDescriptor> descriptor() {
        return Optional.empty();
    }

    /** Writable: the driver has no other way. */
    @Override
    CudaMapping open() {
        hold.require(toString());
        return memory.map(sizeBytes(), toString());
    }

    /** The owner's memory is freed once its mappings in this process are closed too. */
    @Override
    public void close() {
        hold.close();
    }

    @Override
    public String toString() {
        return "CUDA IPC arena (" + sizeBytes() + " bytes on " + device() + ")";
    }
}
