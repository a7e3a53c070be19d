package dev.holdfast.bench.http;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** An answer's content as far as it has come; kept only if somebody will look at it. */
final class AnswerBody {
    private static final int FIRST_BYTES = 1024;

    private final boolean kept;
    private byte[] bytes = new byte[0];
    private int sizeBytes;

    AnswerBody(boolean kept) {
        this.kept = kept;
    }

    void clear() {
        sizeBytes = 0;
    }

    /** Takes at most {@code mostBytes} of what has come and returns how many that were. */
    int take(ByteBuffer received, long mostBytes) {
        int count = (int) Math.min(mostBytes, received.remaining());
        if (kept) {
            if (sizeBytes + count > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(FIRST_BYTES, 2 * (sizeBytes + count)));
            }
            received.get(bytes, sizeBytes, count);
            sizeBytes += count;
        } else {
            received.position(received.position() + count);
        }
        return count;
    }

    /** Valid until more is taken. */
    ByteBuffer content() {
        return ByteBuffer.wrap(bytes, 0, sizeBytes).asReadOnlyBuffer();
    }
}
