package dev.holdfast.memory.cuda;

import dev.holdfast.memory.ArenaWriter;
import dev.holdfast.memory.OwnedDescriptor;
import dev.holdfast.memory.WeightArena;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Objects;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.JCudaDriver;

/** Fills new device memory through a writable mapping, which is gone when it is finished. */
final class CudaArenaWriter implements ArenaWriter {
    private final OwnedParts parts;
    private final PhysicalMemory pages;
    private final DeviceRange range;
    private final DeviceFill fill;
    private final long sizeBytes;
    private final String what;
    private boolean over;

    private CudaArenaWriter(OwnedParts parts, PhysicalMemory pages, DeviceRange range, DeviceFill fill, long size) {
        this.parts = parts;
        this.pages = pages;
        this.range = range;
        this.fill = fill;
        this.sizeBytes = size;
        this.what = "the new arena on " + pages.context().device();
    }

    static CudaArenaWriter create(CudaDevice device, long sizeBytes) {
        try (OwnedParts parts = new OwnedParts()) {
            DeviceContext context = parts.add(DeviceContext.retain(device));
            PhysicalMemory pages = parts.add(PhysicalMemory.create(context, sizeBytes, "an arena"));
            DeviceRange range = parts.add(DeviceRange.map(pages, DeviceRange.Access.READ_WRITE));
            clear(context, range, pages.alignedBytes());
            DeviceFill fill = parts.add(new DeviceFill(context));
            return new CudaArenaWriter(parts.handOver(), pages, range, fill, sizeBytes);
        }
    }

    /** The driver does not promise what new memory contains. Done before the first copy, which is on another stream. */
    private static void clear(DeviceContext context, DeviceRange range, long lengthBytes) {
        CUdeviceptr start = new CUdeviceptr().withByteOffset(range.address());
        context.run(() -> {
            DriverResult.check(
                    JCudaDriver.cuMemsetD8(start, (byte) 0, lengthBytes), "cuMemsetD8", lengthBytes + " bytes");
            DriverResult.check(JCudaDriver.cuCtxSynchronize(), "cuCtxSynchronize", context.toString());
        });
    }

    @Override
    public void write(long offsetBytes, FileChannel source, long sourcePosition, long lengthBytes) throws IOException {
        requireUnderWay();
        Objects.checkFromIndexSize(offsetBytes, lengthBytes, sizeBytes);
        Objects.checkFromIndexSize(sourcePosition, lengthBytes, Long.MAX_VALUE);
        try {
            fill.copy(source, sourcePosition, lengthBytes, range.address() + offsetBytes);
        } catch (EOFException e) {
            throw new IOException(
                    e.getMessage() + ", but " + lengthBytes + " bytes from its position " + sourcePosition
                            + " belong into " + what + "; restore the complete file",
                    e);
        } catch (IOException e) {
            throw new IOException(
                    "can't copy " + lengthBytes + " bytes to byte " + offsetBytes + " of " + what + ": "
                            + e.getMessage(),
                    e);
        }
    }

    /** Waits for the copies, exports, and gives up everything but the descriptor. */
    @Override
    public WeightArena finish() {
        requireUnderWay();
        over = true;
        String device = pages.context().device().uuid();
        try (OwnedParts descriptor = new OwnedParts()) {
            OwnedDescriptor memory;
            try (parts) {
                fill.await();
                memory = descriptor.add(pages.export());
            }
            descriptor.handOver();
            return new CudaArena(memory, device, sizeBytes);
        }
    }

    @Override
    public void close() {
        over = true;
        parts.close();
    }

    private void requireUnderWay() {
        if (over) {
            throw new IllegalStateException("the writer of " + what + " is finished or closed");
        }
    }
}
