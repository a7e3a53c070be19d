package dev.holdfast.memory.cuda;

import dev.holdfast.memory.ContentDigest;
import dev.holdfast.memory.FloatRange;
import dev.holdfast.memory.Mapping;
import dev.holdfast.memory.OwnedParts;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.JCudaDriver;

/** Device memory at an address of this process, with the context that it is used in. */
final class CudaMapping implements Mapping {
    private static final int CHUNK_BYTES = 1 << 20;

    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private final DeviceContext context;
    private final OwnedParts parts;
    private final long address;
    private final long sizeBytes;
    private final String what;
    private boolean open = true;

    /**
     * @param context one of the parts
     * @param parts all that is given back when this is closed
     */
    CudaMapping(DeviceContext context, OwnedParts parts, long address, long sizeBytes, String what) {
        this.context = context;
        this.parts = parts;
        this.address = address;
        this.sizeBytes = sizeBytes;
        this.what = what;
    }

    @Override
    public long address() {
        lock.readLock().lock();
        try {
            requireOpen();
            return sizeBytes == 0 ? 0 : address;
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public void copyOut(long offsetBytes, ByteBuffer target) {
        Objects.checkFromIndexSize(offsetBytes, target.remaining(), sizeBytes);
        lock.readLock().lock();
        try {
            requireOpen();
            if (target.isDirect()) {
                copyToDirect(offsetBytes, target);
            } else {
                copyInChunks(offsetBytes, target);
            }
        } finally {
            lock.readLock().unlock();
        }
    }

    private void copyToDirect(long offsetBytes, ByteBuffer target) {
        int length = target.remaining();
        CUdeviceptr source = new CUdeviceptr().withByteOffset(address + offsetBytes);
        if (length > 0) {
            DriverResult.check(
                    context.call(() -> JCudaDriver.cuMemcpyDtoH(Pointer.toBuffer(target), source, length)),
                    "cuMemcpyDtoH",
                    length + " bytes at offset " + offsetBytes + " of " + what);
        }
        target.position(target.limit());
    }

    /** The driver copies to native memory only. */
    private void copyInChunks(long offsetBytes, ByteBuffer target) {
        ByteBuffer chunk = ByteBuffer.allocateDirect(Math.min(CHUNK_BYTES, target.remaining()));
        long next = offsetBytes;
        while (target.hasRemaining()) {
            chunk.clear().limit(Math.min(chunk.capacity(), target.remaining()));
            copyToDirect(next, chunk);
            next += chunk.limit();
            target.put(chunk.flip());
        }
    }

    /** Of the bytes as they are now, computed on the device. */
    ContentDigest digest() {
        lock.readLock().lock();
        try {
            requireOpen();
            return DeviceDigest.of(context, address, sizeBytes);
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public List<Long> countNonFinite(List<FloatRange> ranges) {
        for (FloatRange range : ranges) {
            Objects.checkFromIndexSize(range.offsetBytes(), range.lengthBytes(), sizeBytes);
            if (range.offsetBytes() % range.format().bytes() != 0) {
                throw new IllegalArgumentException("the offset of " + range + " is not a multiple of "
                        + range.format().bytes() + " bytes");
            }
        }
        lock.readLock().lock();
        try {
            requireOpen();
            return FiniteCheck.nonFinite(context, address, ranges);
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            if (open) {
                open = false;
                parts.close();
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    private void requireOpen() {
        if (!open) {
            throw new IllegalStateException(this + " is closed");
        }
    }

    @Override
    public String toString() {
        return "mapping of " + what;
    }
}
