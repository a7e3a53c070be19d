package dev.holdfast.memory.cuda;

import dev.holdfast.memory.OwnedParts;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.JCudaDriver;

/**
 * One reader's way from a file to a device: it reads into one pinned buffer while the device copies from the other.
 *
 * <p>Used by one thread at a time.
 */
final class CopyLane implements AutoCloseable {
    private final Half[] halves;
    private final OwnedParts parts;
    private int next;

    private CopyLane(OwnedParts parts, Half... halves) {
        this.parts = parts;
        this.halves = halves;
    }

    /**
     * Allocates its buffers.
     *
     * @param context outlives it
     * @param chunkBytes of each buffer
     */
    static CopyLane create(DeviceContext context, int chunkBytes) {
        try (OwnedParts parts = new OwnedParts()) {
            Half first = Half.create(context, chunkBytes, parts);
            Half second = Half.create(context, chunkBytes, parts);
            return new CopyLane(parts.handOver(), first, second);
        }
    }

    /**
     * Reads a chunk and starts its copy; the source is done with when this returns.
     *
     * @param lengthBytes at most the chunk's
     * @throws EOFException if the source ends before
     */
    void copy(FileChannel source, long position, int lengthBytes, long address) throws IOException {
        Half half = halves[next];
        next = 1 - next;
        half.copy(source, position, lengthBytes, address);
    }

    /** Waits until all copies are done. */
    void await() {
        for (Half half : halves) {
            half.await();
        }
    }

    /** Ends the copies under way first: they read the buffers. */
    @Override
    public void close() {
        try (parts) {
            await();
        }
    }

    /** A buffer and the stream that copies from it. */
    private static final class Half {
        private final PinnedMemory buffer;
        private final DeviceStream stream;

        private Half(PinnedMemory buffer, DeviceStream stream) {
            this.buffer = buffer;
            this.stream = stream;
        }

        static Half create(DeviceContext context, int chunkBytes, OwnedParts parts) {
            return new Half(
                    parts.add(PinnedMemory.allocate(context, chunkBytes)), parts.add(DeviceStream.create(context)));
        }

        void copy(FileChannel source, long position, int lengthBytes, long address) throws IOException {
            await();
            read(source, position, lengthBytes);
            CUdeviceptr target = new CUdeviceptr().withByteOffset(address);
            stream.add(
                    "cuMemcpyHtoDAsync",
                    lengthBytes + " bytes to 0x" + Long.toHexString(address),
                    queue -> JCudaDriver.cuMemcpyHtoDAsync(target, buffer.pointer(), lengthBytes, queue));
        }

        private void read(FileChannel source, long position, int lengthBytes) throws IOException {
            ByteBuffer bytes = buffer.bytes().clear().limit(lengthBytes);
            while (bytes.hasRemaining()) {
                if (source.read(bytes, position + bytes.position()) < 0) {
                    throw new EOFException("the source ends at byte " + source.size() + " instead of "
                            + (position + lengthBytes) + " or later");
                }
            }
        }

        void await() {
            stream.await("copies to the device");
        }
    }
}
