package dev.holdfast.memory.cuda;

import dev.holdfast.memory.ArenaWriter;
import dev.holdfast.memory.OwnedParts;
import dev.holdfast.memory.WeightArena;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Objects;

/** Fills new device memory. */
abstract class DeviceArenaWriter implements ArenaWriter {
    private final OwnedParts memory;
    private final DeviceFill fill;
    private final long address;
    private final long sizeBytes;
    private final String what;
    private boolean over;

    /**
     * @param memory context and memory; owned by this writer
     * @param address writable
     */
    DeviceArenaWriter(DeviceContext context, OwnedParts memory, long address, long sizeBytes) {
        this.memory = memory;
        this.fill = new DeviceFill(context);
        this.address = address;
        this.sizeBytes = sizeBytes;
        this.what = "the new arena on " + context.device();
    }

    /** Makes the arena once all copies are done; what it leaves in {@code memory} is closed. */
    abstract WeightArena complete(OwnedParts memory, long sizeBytes);

    @Override
    public final void write(long offsetBytes, FileChannel source, long sourcePosition, long lengthBytes)
            throws IOException {
        requireUnderWay();
        Objects.checkFromIndexSize(offsetBytes, lengthBytes, sizeBytes);
        Objects.checkFromIndexSize(sourcePosition, lengthBytes, Long.MAX_VALUE);
        try {
            fill.copy(source, sourcePosition, lengthBytes, address + offsetBytes);
        } catch (EOFException e) {
            throw new IOException(
                    e.getMessage() + ", but " + lengthBytes + " bytes from its position " + sourcePosition
                            + " belong into " + what + "; restore the complete file",
                    e);
        } catch (IOException e) {
            throw new IOException(
                    "can't copy " + lengthBytes + " bytes to byte " + offsetBytes + " of " + what + ": "
                            + e.getMessage(),
                    e);
        }
    }

    @Override
    public final WeightArena finish() {
        requireUnderWay();
        over = true;
        try (OwnedParts made = new OwnedParts()) {
            WeightArena arena;
            try (memory) {
                endFill(true);
                arena = made.add(complete(memory, sizeBytes));
            }
            made.handOver();
            return arena;
        }
    }

    private void endFill(boolean complete) {
        try (fill) {
            if (complete) {
                fill.await();
            }
        }
    }

    @Override
    public final void close() {
        if (over) {
            return;
        }
        over = true;
        try (memory) {
            endFill(false);
        }
    }

    private void requireUnderWay() {
        if (over) {
            throw new IllegalStateException("the writer of " + what + " is finished or closed");
        }
    }
}
