package dev.holdfast.inference;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Collects output until there is enough for a write. One thread. */
final class Chunk extends ByteArrayOutputStream {
    /** Enough for a write. */
    static final int ENOUGH_BYTES = 32 * 1024;

    boolean isEnough() {
        return count >= ENOUGH_BYTES;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** Writes what is collected in one call, without a copy; it stays until {@link #reset}. */
    void writeOnce(OutputStream out) throws IOException {
        out.write(buf, 0, count);
    }
}
