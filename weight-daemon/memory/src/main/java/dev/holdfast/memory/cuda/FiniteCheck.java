package dev.holdfast.memory.cuda;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jcuda.Pointer;
import jcuda.driver.CUfunction;
import jcuda.driver.JCudaDriver;

/** Counts the values of a device's memory that are infinite or not a number. */
final class FiniteCheck {
    private static final long MOST_THREADS = 1 << 18;

    private FiniteCheck() {}

    /**
     * Counts.
     *
     * @param address of the device, aligned to a value
     * @param count of the values
     */
    static long nonFinite(DeviceContext context, long address, long count, FloatFormat format) {
        String what = "the check of " + count + " values";
        try (Kernels kernels = Kernels.load(context);
                DeviceStream stream = DeviceStream.create(context);
                DeviceAllocation found = DeviceAllocation.allocate(context, Long.BYTES, "a result")) {
            CUfunction kernel = kernels.function("holdfast_count_nonfinite_" + 8 * format.bytes());
            Kernels.launch(
                    kernel,
                    stream,
                    Math.min(count, MOST_THREADS),
                    what,
                    Kernels.parameter(address),
                    Kernels.parameter(count),
                    Kernels.parameter(format.exponentMask()),
                    Kernels.parameter(found.address()));
            stream.await(what);
            return read(context, found);
        }
    }

    private static long read(DeviceContext context, DeviceAllocation cell) {
        ByteBuffer value = ByteBuffer.allocateDirect(Long.BYTES).order(ByteOrder.nativeOrder());
        DriverResult.check(
                context.call(() -> JCudaDriver.cuMemcpyDtoH(Pointer.to(value), cell.pointer(), Long.BYTES)),
                "cuMemcpyDtoH",
                cell.toString());
        return value.getLong(0);
    }
}
