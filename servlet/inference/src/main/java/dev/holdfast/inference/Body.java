package dev.holdfast.inference;

import dev.holdfast.engine.Elements;
import dev.holdfast.engine.Pieces;
import dev.holdfast.engine.TensorData;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A request's body, in the buffers it came in. Immutable; nothing is copied. */
final class Body {
    private final List<ByteBuffer> pieces;
    private final long sizeBytes;

    /** @param pieces each from its position to its limit */
    Body(List<ByteBuffer> pieces) {
        this.pieces = pieces.stream().map(ByteBuffer::slice).toList();
        this.sizeBytes = this.pieces.stream().mapToLong(ByteBuffer::capacity).sum();
    }

    long sizeBytes() {
        return sizeBytes;
    }

    /** A range as a stream, which holds nothing that must be closed. */
    InputStream stream(long offset, long length) {
        return new PieceStream(pieces(offset, length));
    }

    /** Whether the first {@code length} bytes are UTF-8. */
    boolean isUtf8(long length) {
        Utf8Check check = new Utf8Check();
        for (ByteBuffer piece : pieces(0, length)) {
            if (!check.accepts(piece, 0, piece.capacity())) {
                return false;
            }
        }
        return check.isComplete();
    }

    /** A range as elements of fixed width. */
    TensorData elements(long offset, long length) {
        List<ByteBuffer> range = pieces(offset, length);
        return switch (range.size()) {
            case 0 -> new Elements(ByteBuffer.allocate(0));
            case 1 -> new Elements(range.get(0));
            default -> new Pieces(range);
        };
    }

    private List<ByteBuffer> pieces(long offset, long length) {
        if (offset < 0 || length < 0 || length > sizeBytes - offset) {
            throw new IndexOutOfBoundsException(length + " bytes at " + offset + " of " + sizeBytes);
        }
        List<ByteBuffer> range = new ArrayList<>();
        long skip = offset;
        long rest = length;
        for (ByteBuffer piece : pieces) {
            long taken = Math.min(rest, piece.capacity() - skip);
            if (taken > 0) {
                range.add(piece.slice((int) skip, (int) taken));
                rest -= taken;
            }
            skip = Math.max(0, skip - piece.capacity());
        }
        return range;
    }
}
