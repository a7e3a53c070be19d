package dev.holdfast.memory;

import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A file mapped shared and read-only: mmap(2). An empty file has no mapping, address 0 and no bytes.
 *
 * <p>Copies and the unmapping exclude each other, so {@link #copyOut} never touches an address that is gone.
 */
final class HostMapping implements Mapping {
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private final long address;
    private final long sizeBytes;
    private final String what;
    private boolean open = true;

    private HostMapping(long address, long sizeBytes, String what) {
        this.address = address;
        this.sizeBytes = sizeBytes;
        this.what = what;
        OpenOwners.opened(this);
    }

    /** Maps the first {@code sizeBytes} of the file; {@code what} names it in messages. */
    static HostMapping of(OwnedDescriptor file, long sizeBytes, String what) {
        long address = file.use(number -> sizeBytes == 0 ? 0L : LibC.map(number, sizeBytes, LibC.PROT_READ, what));
        return new HostMapping(address, sizeBytes, what);
    }

    @Override
    public long address() {
        lock.readLock().lock();
        try {
            requireOpen();
            return address;
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public void copyOut(long offsetBytes, ByteBuffer target) {
        int length = target.remaining();
        Objects.checkFromIndexSize(offsetBytes, length, sizeBytes);
        lock.readLock().lock();
        try {
            requireOpen();
            if (length > 0) {
                target.put(new Pointer(address).getByteBuffer(offsetBytes, length));
            }
        } catch (InternalError e) {
            throw new ArenaException(
                    "can't read " + length + " bytes at offset " + offsetBytes + " of " + what
                            + ": they are gone since it was mapped, so the file was truncated; build the version again",
                    e); // how the JVM reports SIGBUS
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            if (open) {
                open = false;
                OpenOwners.closed(this);
                unmap();
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    private void unmap() {
        if (sizeBytes > 0) {
            LibC.unmap(address, sizeBytes);
        }
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
