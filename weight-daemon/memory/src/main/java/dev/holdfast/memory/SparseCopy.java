package dev.holdfast.memory;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * Copies file ranges into a new file whose bytes are zero, by transferTo within the kernel, and leaves zeros out.
 *
 * <p>What is left out stays a hole and takes no memory, so a sparse source gives a sparse copy. Only the head of a
 * stretch is looked at, which costs one small read in each 4 MiB of a source without zeros.
 */
final class SparseCopy {
    private static final int BLOCK_BYTES = 64 * 1024;
    private static final long STRETCH_BYTES = 64L * BLOCK_BYTES;

    private final FileChannel target;
    private final ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_BYTES);
    private final ByteBuffer zeros = ByteBuffer.allocateDirect(BLOCK_BYTES);

    /** Nothing was written at or beyond it, so zeros need no writing there. */
    private long writtenEnd;

    SparseCopy(FileChannel target) {
        this.target = target;
    }

    /** @throws EOFException if the source ends before the range does */
    void copy(FileChannel source, long sourcePosition, long offsetBytes, long lengthBytes) throws IOException {
        long done = 0;
        while (done < lengthBytes) {
            long stretch = Math.min(lengthBytes - done, STRETCH_BYTES);
            long zero = offsetBytes + done < writtenEnd ? 0 : leadingZeros(source, sourcePosition + done, stretch);
            done += zero > 0 ? zero : transfer(source, sourcePosition + done, offsetBytes + done, stretch);
        }
    }

    /** The length of the whole blocks of zeros that a stretch starts with. */
    private long leadingZeros(FileChannel source, long position, long stretchBytes) throws IOException {
        long found = 0;
        while (found < stretchBytes) {
            block.clear().limit((int) Math.min(BLOCK_BYTES, stretchBytes - found));
            int count = source.read(block, position + found);
            zeros.clear().limit(Math.max(count, 0));
            if (count <= 0 || block.flip().mismatch(zeros) >= 0) {
                return found;
            }
            found += count;
        }
        return found;
    }

    private long transfer(FileChannel source, long position, long offsetBytes, long lengthBytes) throws IOException {
        target.position(offsetBytes);
        long count = source.transferTo(position, lengthBytes, target);
        if (count <= 0) {
            throw new EOFException("the source ends at byte " + source.size() + " instead of "
                    + (position + lengthBytes) + " or later");
        }
        writtenEnd = Math.max(writtenEnd, offsetBytes + count);
        return count;
    }
}
