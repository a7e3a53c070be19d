package dev.holdfast.memory.cuda;

import dev.holdfast.memory.FloatRange;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.IntStream;
import jcuda.Pointer;
import jcuda.driver.JCudaDriver;

/** Counts the values of a device's memory that are infinite or not a number. */
final class FiniteCheck {
    private static final long MOST_THREADS = 1 << 18;

    private FiniteCheck() {}

    /**
     * Counts.
     *
     * @param address of the device, from which the ranges' offsets count; their values are aligned
     * @return a number for each range
     */
    static List<Long> nonFinite(DeviceContext context, long address, List<FloatRange> ranges) {
        if (ranges.isEmpty()) {
            return List.of();
        }
        String what = "the check of " + ranges.size() + " tensors";
        try (Kernels kernels = Kernels.load(context);
                DeviceStream stream = DeviceStream.create(context);
                DeviceAllocation found =
                        DeviceAllocation.allocate(context, (long) ranges.size() * Long.BYTES, "their results")) {
            for (int i = 0; i < ranges.size(); i++) {
                launch(kernels, stream, address, ranges.get(i), found.address() + (long) i * Long.BYTES);
            }
            stream.await(what);
            return read(context, found, ranges.size());
        }
    }

    private static void launch(Kernels kernels, DeviceStream stream, long address, FloatRange range, long result) {
        if (range.count() == 0) {
            return;
        }
        Kernels.launch(
                kernels.function(
                        "holdfast_count_nonfinite_" + 8 * range.format().bytes()),
                stream,
                Math.min(range.count(), MOST_THREADS),
                "the check of " + range,
                Kernels.parameter(address + range.offsetBytes()),
                Kernels.parameter(range.count()),
                Kernels.parameter(range.format().exponentMask()),
                Kernels.parameter(result));
    }

    private static List<Long> read(DeviceContext context, DeviceAllocation cells, int count) {
        ByteBuffer values = ByteBuffer.allocateDirect(count * Long.BYTES).order(ByteOrder.nativeOrder());
        DriverResult.check(
                context.call(() -> JCudaDriver.cuMemcpyDtoH(Pointer.to(values), cells.pointer(), values.capacity())),
                "cuMemcpyDtoH",
                cells.toString());
        return IntStream.range(0, count)
                .mapToObj(i -> values.getLong(i * Long.BYTES))
                .toList();
    }
}
