package dev.holdfast.memory;

import java.io.IOException;
import java.nio.channels.FileChannel;

/**
 * A new arena while it is being filled, owned by the loader alone.
 *
 * <p>Used by one thread. {@link #close()} without {@link #finish()} frees the memory; after {@code finish} it does
 * nothing.
 */
public interface ArenaWriter extends AutoCloseable {
    /**
     * Copies a range of a file into the arena.
     *
     * @param offsetBytes where in the arena the range goes
     * @param source open for reading; its position is left alone
     * @param sourcePosition first byte of the range in the file
     * @param lengthBytes may exceed 2 GiB
     * @throws IndexOutOfBoundsException if the range leaves the arena
     * @throws IOException if the file ends early or can't be read, or the arena has no room; the message says which
     */
    void write(long offsetBytes, FileChannel source, long sourcePosition, long lengthBytes) throws IOException;

    /**
     * Makes the bytes immutable as far as the kind allows and hands the arena over to the caller.
     *
     * @throws IllegalStateException if already finished or closed
     */
    WeightArena finish();

    @Override
    void close();
}
