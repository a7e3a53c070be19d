package dev.holdfast.inference;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Collects a body; its memory follows what has really arrived, whatever length was announced. One thread at a time. */
final class BodyBuffer {
    private static final int FIRST_BYTES = 64 * 1024;
    private static final int LARGEST_BYTES = 4 * 1024 * 1024;

    private final List<ByteBuffer> full = new ArrayList<>();
    private final long announcedBytes;
    private final long limitBytes;
    private byte[] piece;
    private int filled;
    private long count;

    /**
     * @param announcedBytes the body's length if known, else -1
     * @throws RequestRefusedException with 413 if that is over the limit
     */
    BodyBuffer(long announcedBytes, long limitBytes) {
        this.announcedBytes = announcedBytes;
        this.limitBytes = limitBytes;
        if (announcedBytes > limitBytes) {
            throw tooLarge();
        }
        this.piece = allocate(FIRST_BYTES);
    }

    /**
     * Reads once.
     *
     * @return whether the body has not ended
     * @throws RequestRefusedException with 413 if it is over the limit
     */
    boolean readFrom(InputStream in) throws IOException {
        if (filled == piece.length) {
            full.add(ByteBuffer.wrap(piece));
            piece = allocate(Math.min(LARGEST_BYTES, 2 * piece.length));
            filled = 0;
        }
        int read = in.read(piece, filled, piece.length - filled);
        if (read < 0) {
            return false;
        }
        filled += read;
        count += read;
        if (count > limitBytes) {
            throw tooLarge();
        }
        return true;
    }

    Body finish() {
        full.add(ByteBuffer.wrap(piece, 0, filled));
        return new Body(full);
    }

    /** One byte more than announced, so that the end is seen without another buffer. */
    private byte[] allocate(int wish) {
        long rest = announcedBytes - count;
        return new byte[rest >= 0 && rest < wish ? (int) rest + 1 : wish];
    }

    private RequestRefusedException tooLarge() {
        return new RequestRefusedException(
                413,
                "the body exceeds " + limitBytes + " bytes; send less at once, or raise " + Setting.BODY_LIMIT.key());
    }
}
