package dev.holdfast.memory.cuda;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;
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
                DeviceCell found = DeviceCell.zero(context)) {
            CUfunction kernel = kernels.function("holdfast_count_nonfinite_" + 8 * format.bytes());
            Kernels.launch(
                    kernel,
                    stream,
                    Math.min(count, MOST_THREADS),
                    what,
                    Kernels.parameter(address),
                    Kernels.parameter(count),
                    Kernels.parameter(format.exponentMask()),
                    Pointer.to(found.pointer));
            stream.await(what);
            return found.value();
        }
    }

    /** A 64-bit number in the device's memory. */
    private static final class DeviceCell implements AutoCloseable {
        private final DeviceContext context;
        private final CUdeviceptr pointer;

        private DeviceCell(DeviceContext context, CUdeviceptr pointer) {
            this.context = context;
            this.pointer = pointer;
        }

        static DeviceCell zero(DeviceContext context) {
            CUdeviceptr pointer = new CUdeviceptr();
            int result = context.call(() -> JCudaDriver.cuMemAlloc(pointer, Long.BYTES));
            context.checkAllocation(result, "cuMemAlloc", "a result", Long.BYTES);
            DeviceCell cell = new DeviceCell(context, pointer);
            DriverResult.check(
                    context.call(() -> JCudaDriver.cuMemsetD8(pointer, (byte) 0, Long.BYTES)),
                    "cuMemsetD8",
                    "a result");
            return cell;
        }

        long value() {
            ByteBuffer value = ByteBuffer.allocateDirect(Long.BYTES).order(ByteOrder.nativeOrder());
            DriverResult.check(
                    context.call(() -> JCudaDriver.cuMemcpyDtoH(Pointer.to(value), pointer, Long.BYTES)),
                    "cuMemcpyDtoH",
                    "a result");
            return value.getLong(0);
        }

        @Override
        public void close() {
            DriverResult.check(context.call(() -> JCudaDriver.cuMemFree(pointer)), "cuMemFree", "a result");
        }
    }
}
