package dev.holdfast.engine;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * Elements of fixed width as they came in, in several buffers; an element may straddle two. For request bodies that were
 * read piece by piece: the pieces are put together in the batch's buffer, in the one copy that happens anyway.
 */
public final class Pieces implements TensorData {
    private final List<ByteBuffer> buffers;

    /** Each buffer's bytes from its position to its limit, heap or direct; shared, not copied. */
    public Pieces(List<ByteBuffer> buffers) {
        this.buffers = buffers.stream().map(ByteBuffer::slice).toList();
    }

    /** Read-only views, in order. */
    public List<ByteBuffer> buffers() {
        return buffers.stream().map(ByteBuffer::asReadOnlyBuffer).toList();
    }

    @Override
    public long sizeBytes() {
        return buffers.stream().mapToLong(ByteBuffer::capacity).sum();
    }
}
