package dev.holdfast.memory;

import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Objects;

/**
 * Fills a host arena through a file channel, never through a mapping: a writable mapping would have to be gone before
 * the bytes can be sealed, and a full file system would show as a fault instead of an error.
 */
abstract class HostArenaWriter implements ArenaWriter {
    private final FileChannel target;
    private final SparseCopy copy;
    private final long sizeBytes;
    private final String what;
    private boolean over;

    /** @param target the arena, {@code sizeBytes} long and all zero; closed by this writer */
    HostArenaWriter(FileChannel target, long sizeBytes, String what) {
        this.target = target;
        this.copy = new SparseCopy(target);
        this.sizeBytes = sizeBytes;
        this.what = what;
    }

    /** Makes the written bytes immutable; on any failure {@link #discard()} follows. */
    abstract WeightArena complete(FileChannel written) throws IOException;

    /** Frees the memory; the channel is closed already. */
    abstract void discard();

    /** What gives the arena more room, for messages. */
    abstract String remedy();

    @Override
    public final void write(long offsetBytes, FileChannel source, long sourcePosition, long lengthBytes)
            throws IOException {
        requireUnderWay();
        Objects.checkFromIndexSize(offsetBytes, lengthBytes, sizeBytes);
        Objects.checkFromIndexSize(sourcePosition, lengthBytes, Long.MAX_VALUE);
        try {
            copy.copy(source, sourcePosition, offsetBytes, lengthBytes);
        } catch (EOFException e) {
            throw new IOException(
                    e.getMessage() + ", but " + lengthBytes + " bytes from its position " + sourcePosition
                            + " belong into " + what + "; restore the complete file",
                    e);
        } catch (IOException e) {
            throw new IOException(
                    "can't copy " + lengthBytes + " bytes to byte " + offsetBytes + " of " + what + ": "
                            + e.getMessage() + "; " + remedy(),
                    e);
        }
    }

    @Override
    public final WeightArena finish() {
        requireUnderWay();
        over = true;
        boolean complete = false;
        try (target) {
            WeightArena arena = complete(target);
            complete = true;
            return arena;
        } catch (IOException e) {
            throw new ArenaException("can't complete " + what + ": " + e.getMessage() + "; " + remedy(), e);
        } finally {
            if (!complete) {
                discard();
            }
        }
    }

    @Override
    public final void close() {
        if (over) {
            return;
        }
        over = true;
        try (target) {
            discard();
        } catch (IOException e) {
            throw new ArenaException("can't close " + what + ": " + e.getMessage(), e);
        }
    }

    private void requireUnderWay() {
        if (over) {
            throw new IllegalStateException("the writer of " + what + " is finished or closed");
        }
    }
}
