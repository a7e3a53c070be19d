package dev.holdfast.inference;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;

/** Buffers read one after another. */
final class PieceStream extends InputStream {
    private final List<ByteBuffer> pieces;
    private int current;

    /** @param pieces whose positions move as they are read */
    PieceStream(List<ByteBuffer> pieces) {
        this.pieces = pieces;
    }

    @Override
    public int read() {
        return advance() ? pieces.get(current).get() & 0xFF : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        if (length == 0) {
            return 0;
        }
        if (!advance()) {
            return -1;
        }
        ByteBuffer piece = pieces.get(current);
        int count = Math.min(length, piece.remaining());
        piece.get(target, offset, count);
        return count;
    }

    private boolean advance() {
        while (current < pieces.size() && !pieces.get(current).hasRemaining()) {
            current++;
        }
        return current < pieces.size();
    }
}
