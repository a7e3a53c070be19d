package dev.holdfast.memory.cuda;

import dev.holdfast.memory.ArenaKind;
import dev.holdfast.memory.OwnedParts;
import dev.holdfast.memory.WeightArena;
import java.nio.ByteBuffer;
import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.JCudaDriver;

/** Device memory changed by a process that maps it to write, as whoever has its descriptor or handle may: read-only guards against bugs. */
public final class DamagedArena {
    private DamagedArena() {}

    /** Changes one bit of the first byte. */
    public static void flipFirstByte(WeightArena arena) {
        try (DeviceContext context = CudaDriver.load().device(arena.device()).context();
                OwnedParts parts = new OwnedParts()) {
            CUdeviceptr first = new CUdeviceptr().withByteOffset(writable(arena, context, parts));
            ByteBuffer value = ByteBuffer.allocateDirect(1);
            check(context.call(() -> JCudaDriver.cuMemcpyDtoH(Pointer.to(value), first, 1)), "cuMemcpyDtoH", arena);
            value.put(0, (byte) (value.get(0) ^ 1));
            check(context.call(() -> JCudaDriver.cuMemcpyHtoD(first, Pointer.to(value), 1)), "cuMemcpyHtoD", arena);
        }
    }

    private static long writable(WeightArena arena, DeviceContext context, OwnedParts parts) {
        if (arena.kind() == ArenaKind.CUDA_IPC) {
            return parts.add(arena.map()).address();
        }
        PhysicalMemory pages =
                parts.add(PhysicalMemory.importFrom(context, arena.descriptor().orElseThrow(), arena.sizeBytes()));
        return parts.add(DeviceRange.map(pages, DeviceRange.Access.READ_WRITE)).address();
    }

    private static void check(int result, String call, WeightArena arena) {
        DriverResult.check(result, call, arena.toString());
    }
}
