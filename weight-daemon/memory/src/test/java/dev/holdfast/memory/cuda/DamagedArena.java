package dev.holdfast.memory.cuda;

import dev.holdfast.memory.WeightArena;
import java.nio.ByteBuffer;
import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.JCudaDriver;

/** Device memory changed by a process that maps it to write, as whoever has its descriptor may: read-only guards against bugs. */
public final class DamagedArena {
    private DamagedArena() {}

    /** Changes one bit of the first byte. */
    public static void flipFirstByte(WeightArena arena) {
        CudaDevice device = CudaDriver.load().device(arena.device());
        try (DeviceContext context = device.context();
                PhysicalMemory pages =
                        PhysicalMemory.importFrom(context, arena.descriptor().orElseThrow(), arena.sizeBytes());
                DeviceRange range = DeviceRange.map(pages, DeviceRange.Access.READ_WRITE)) {
            CUdeviceptr first = new CUdeviceptr().withByteOffset(range.address());
            ByteBuffer value = ByteBuffer.allocateDirect(1);
            check(context.call(() -> JCudaDriver.cuMemcpyDtoH(Pointer.to(value), first, 1)), "cuMemcpyDtoH", range);
            value.put(0, (byte) (value.get(0) ^ 1));
            check(context.call(() -> JCudaDriver.cuMemcpyHtoD(first, Pointer.to(value), 1)), "cuMemcpyHtoD", range);
        }
    }

    private static void check(int result, String call, DeviceRange range) {
        DriverResult.check(result, call, range.toString());
    }
}
