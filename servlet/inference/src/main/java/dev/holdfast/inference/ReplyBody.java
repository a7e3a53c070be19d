package dev.holdfast.inference;

import java.io.IOException;
import java.io.OutputStream;

/** The bytes of an answer, made piece by piece as the client takes them. One thread at a time. */
interface ReplyBody {
    /** Length in all if it is known before the first piece is written, else -1; may make the first piece. */
    long sizeBytes() throws IOException;

    /**
     * Writes the next piece, in one call of {@code out} at most, as non-blocking streams want it; what was written must
     * stay as it is until {@code out} is ready again.
     *
     * @return whether there was one
     */
    boolean writeTo(OutputStream out) throws IOException;
}
