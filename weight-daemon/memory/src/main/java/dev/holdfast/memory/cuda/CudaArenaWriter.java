package dev.holdfast.memory.cuda;

import dev.holdfast.memory.OwnedParts;
import dev.holdfast.memory.WeightArena;
import jcuda.driver.CUdeviceptr;

/** Fills new pages through a writable mapping, which is gone when they are finished: the descriptor alone is left. */
final class CudaArenaWriter extends DeviceArenaWriter {
    private final PhysicalMemory pages;

    private CudaArenaWriter(OwnedParts memory, PhysicalMemory pages, DeviceRange range, long sizeBytes) {
        super(pages.context(), memory, range.address(), sizeBytes);
        this.pages = pages;
    }

    static CudaArenaWriter create(CudaDevice device, long sizeBytes) {
        try (OwnedParts parts = new OwnedParts()) {
            DeviceContext context = parts.add(DeviceContext.retain(device));
            PhysicalMemory pages = parts.add(PhysicalMemory.create(context, sizeBytes, "an arena"));
            DeviceRange range = parts.add(DeviceRange.map(pages, DeviceRange.Access.READ_WRITE));
            // The driver does not promise what new memory contains.
            context.clear(new CUdeviceptr().withByteOffset(range.address()), pages.alignedBytes());
            return new CudaArenaWriter(parts.handOver(), pages, range, sizeBytes);
        }
    }

    @Override
    WeightArena complete(OwnedParts memory, long sizeBytes) {
        return new CudaArena(pages.export(), pages.context().device().uuid(), sizeBytes);
    }
}
