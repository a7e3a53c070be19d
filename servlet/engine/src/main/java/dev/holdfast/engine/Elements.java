package dev.holdfast.engine;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Elements of fixed width in one buffer. Any thread may read; see {@link TensorData} on ownership. */
public final class Elements implements TensorData {
    private static final int CHUNK_BYTES = 8192;

    private final ByteBuffer bytes;

    /** The bytes from {@code bytes}'s position to its limit, heap or direct; shared, not copied. */
    public Elements(ByteBuffer bytes) {
        this.bytes = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * A new heap buffer in little-endian order.
     *
     * @throws InferenceFailedException if it would exceed 2 GiB, the most that a Java array can have
     */
    static ByteBuffer allocate(long sizeBytes) {
        if (sizeBytes > Integer.MAX_VALUE - Long.BYTES) {
            throw new InferenceFailedException(
                    "a tensor of " + sizeBytes + " bytes does not fit a Java array; ask for less than 2 GiB", null);
        }
        return ByteBuffer.allocate((int) sizeBytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** A read-only view in little-endian order, from 0 to {@link #sizeBytes}; the caller's own position and limit. */
    public ByteBuffer bytes() {
        return bytes.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public long sizeBytes() {
        return bytes.capacity();
    }

    /**
     * Writes a range; without a copy if the bytes are on the heap, as those of responses are.
     *
     * @throws IndexOutOfBoundsException if the range leaves the elements
     * @throws IOException if {@code out} fails
     */
    public void writeTo(OutputStream out, int offsetBytes, int lengthBytes) throws IOException {
        ByteBuffer range = bytes.slice(offsetBytes, lengthBytes);
        if (range.hasArray()) {
            out.write(range.array(), range.arrayOffset(), lengthBytes);
            return;
        }
        byte[] chunk = new byte[Math.min(CHUNK_BYTES, lengthBytes)];
        while (range.hasRemaining()) {
            int length = Math.min(chunk.length, range.remaining());
            range.get(chunk, 0, length);
            out.write(chunk, 0, length);
        }
    }
}
