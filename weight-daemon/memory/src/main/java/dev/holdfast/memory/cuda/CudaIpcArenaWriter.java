package dev.holdfast.memory.cuda;

import dev.holdfast.memory.OwnedParts;
import dev.holdfast.memory.WeightArena;
import dev.holdfast.memory.cuda.CudaUnavailableException.Reason;

/** Fills new memory of this process, which goes on owning it. */
final class CudaIpcArenaWriter extends DeviceArenaWriter {
    /** The driver shares whole units of this size, and other allocations in one would be shared along. */
    private static final long UNIT_BYTES = 2L << 20;

    private final DeviceContext context;
    private final long address;

    private CudaIpcArenaWriter(DeviceContext context, OwnedParts memory, long address, long sizeBytes) {
        super(context, memory, address, sizeBytes);
        this.context = context;
        this.address = address;
    }

    static CudaIpcArenaWriter create(CudaDevice device, long sizeBytes) {
        if (!device.supportsIpc()) {
            throw new CudaUnavailableException(
                    Reason.NO_IPC, device + " can't share its memory by CUDA IPC; use host memory (--device cpu)");
        }
        long alignedBytes = Math.addExact(Math.max(sizeBytes, 1), UNIT_BYTES - 1) / UNIT_BYTES * UNIT_BYTES;
        try (OwnedParts parts = new OwnedParts()) {
            DeviceContext context = parts.add(DeviceContext.retain(device));
            DeviceAllocation allocation = parts.add(DeviceAllocation.allocate(context, alignedBytes, "an arena"));
            return new CudaIpcArenaWriter(context, parts.handOver(), allocation.address(), sizeBytes);
        }
    }

    @Override
    WeightArena complete(OwnedParts memory, long sizeBytes) {
        return CudaIpcArena.owning(memory, context, address, sizeBytes);
    }
}
