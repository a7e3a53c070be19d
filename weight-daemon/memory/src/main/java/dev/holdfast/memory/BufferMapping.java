package dev.holdfast.memory;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.util.Objects;

/** A file that Java has mapped; it stays mapped as long as this object is reachable, also after it is closed. */
final class BufferMapping implements Mapping {
    private final MappedByteBuffer mapped;
    private final String what;
    private volatile boolean open = true;

    BufferMapping(MappedByteBuffer mapped, String what) {
        this.mapped = mapped;
        this.what = what;
        OpenOwners.opened(this);
    }

    @Override
    public long address() {
        requireOpen();
        return mapped.capacity() == 0 ? 0 : Pointer.nativeValue(Native.getDirectBufferPointer(mapped));
    }

    @Override
    public long sizeBytes() {
        return mapped.capacity();
    }

    @Override
    public void copyOut(long offsetBytes, ByteBuffer target) {
        Objects.checkFromIndexSize(offsetBytes, target.remaining(), sizeBytes());
        requireOpen();
        target.put(mapped.slice((int) offsetBytes, target.remaining()));
    }

    @Override
    public void close() {
        open = false;
        OpenOwners.closed(this);
    }

    private void requireOpen() {
        if (!open) {
            throw new IllegalStateException(this + " is closed");
        }
    }

    @Override
    public String toString() {
        return "mapping of " + what;
    }
}
