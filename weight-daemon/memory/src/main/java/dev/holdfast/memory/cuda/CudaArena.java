package dev.holdfast.memory.cuda;

import dev.holdfast.memory.ArenaKind;
import dev.holdfast.memory.ArenaWriter;
import dev.holdfast.memory.OwnedDescriptor;
import dev.holdfast.memory.OwnedParts;
import java.util.Optional;

/**
 * An arena in the memory of a CUDA device, named by a POSIX descriptor.
 *
 * <p>The descriptor alone keeps the memory, also in a process that never calls CUDA; the bytes live as long as any
 * process has it open or mapped, and are freed at once after that. It travels over a Unix socket or by inheritance;
 * opening it again through {@code /proc} does not carry the memory. Mappings are read-only by the device's page tables:
 * a copy into one is refused, and a kernel that writes to one fails its own process alone. That guards against bugs, not
 * against malice, since whoever has the descriptor may map it read-write.
 *
 * <p>One allocation, and so one descriptor, a version; its length is rounded up to the device's granularity (2 MiB).
 */
public final class CudaArena extends MappableDeviceArena {
    private final OwnedDescriptor memory;

    CudaArena(OwnedDescriptor memory, String deviceUuid, long sizeBytes) {
        super(deviceUuid, sizeBytes);
        this.memory = memory;
    }

    /**
     * Takes over an arena from its descriptor. No driver is called: whether it is device memory of this size shows when
     * it is mapped.
     *
     * @param descriptor owned by the arena from now on, also if this fails
     * @param deviceUuid the device that the memory is on; need not be visible to this process until it maps
     * @param sizeBytes what the manifest says; 0 is allowed
     * @throws IllegalArgumentException if the size is negative
     */
    public static CudaArena adopt(OwnedDescriptor descriptor, String deviceUuid, long sizeBytes) {
        if (sizeBytes < 0) {
            descriptor.close();
        }
        return new CudaArena(descriptor, deviceUuid, requireSize(sizeBytes));
    }

    /**
     * Allocates a new arena, all zero, for this process to fill. {@link ArenaWriter#finish()} gives up the writable
     * mapping; a writer that is closed without it frees the memory.
     *
     * @param device where it goes
     * @param sizeBytes exact length, 0 or more
     * @throws CudaOutOfMemoryException if the device has too little free memory
     * @throws CudaUnavailableException if the device's memory can't be named by a descriptor
     * @throws IllegalArgumentException if the size is negative
     */
    public static ArenaWriter create(CudaDevice device, long sizeBytes) {
        return CudaArenaWriter.create(device, requireSize(sizeBytes));
    }

    @Override
    public ArenaKind kind() {
        return ArenaKind.CUDA;
    }

    @Override
    public Optional<OwnedDescriptor> descriptor() {
        return Optional.of(memory);
    }

    /** Read-only. */
    @Override
    CudaMapping open() {
        requireOpen();
        CudaDevice device = CudaDriver.load().device(device());
        try (OwnedParts parts = new OwnedParts()) {
            DeviceContext context = parts.add(DeviceContext.retain(device));
            DeviceRange range = parts.add(mapped(context));
            return new CudaMapping(context, parts.handOver(), range.address(), sizeBytes(), toString());
        }
    }

    /** The mapping keeps the pages, so their handle is needed for a moment only. */
    private DeviceRange mapped(DeviceContext context) {
        try (PhysicalMemory pages = PhysicalMemory.importFrom(context, memory, sizeBytes())) {
            return DeviceRange.map(pages, DeviceRange.Access.READ);
        }
    }

    private void requireOpen() {
        memory.value();
    }

    @Override
    public void close() {
        memory.close();
    }

    @Override
    public String toString() {
        return "CUDA arena " + memory + " (" + sizeBytes() + " bytes on " + device() + ")";
    }
}
