package dev.holdfast.memory;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * One 64-bit counter that any number of processes on this machine count on, exactly.
 *
 * <p>It is a file of 4,096 bytes, mapped read-write by each process: the value in the first 8 bytes in the machine's
 * byte order, the rest zero. Every operation is one atomic access of the processor, so it is atomic across threads and
 * processes, and a process that dies leaves the counter whole. The kernel writes the page back in its own time; after a
 * power failure the file may hold an earlier value. Methods may be called from any thread.
 */
public final class SharedCounter implements AutoCloseable {
    /** The length of a counter's file, one page; its value is the first eight bytes, in native order. */
    public static final int FILE_BYTES = 4096;

    /** Aligned 8-byte accesses of direct memory are atomic: {@link MethodHandles#byteBufferViewVarHandle}. */
    private static final VarHandle VALUE = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private final CounterPage page;
    private final Path file;
    private boolean open = true;

    private SharedCounter(CounterPage page, Path file) {
        this.page = page;
        this.file = file;
        OpenOwners.opened(this);
    }

    /**
     * Opens a counter that exists.
     *
     * @throws ArenaException if the file is missing, can't be written by this user, is a symbolic link or no counter
     */
    public static SharedCounter open(Path file) {
        return new SharedCounter(CounterPage.map(file), file);
    }

    /**
     * Makes sure that the counter exists and opens it. If several processes do so at once, one of them creates it.
     *
     * @param initial the value of a counter that did not exist
     * @param permissions of a file that did not exist; ignored where the file system has none
     * @throws IOException if the file can't be created
     * @throws ArenaException if the file exists but is no counter
     */
    public static SharedCounter createIfMissing(Path file, long initial, Set<PosixFilePermission> permissions)
            throws IOException {
        if (Files.notExists(file)) {
            create(file, initial, permissions);
        }
        return open(file);
    }

    /** The complete file appears by one link, so that nobody opens a counter that is still being written. */
    private static void create(Path file, long initial, Set<PosixFilePermission> permissions) throws IOException {
        Path directory = Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file is in a directory");
        Path complete = Files.createTempFile(directory, ".counter", ".new");
        try {
            writeInitial(complete, initial);
            PosixFileAttributeView view = Files.getFileAttributeView(complete, PosixFileAttributeView.class);
            if (view != null) {
                view.setPermissions(permissions);
            }
            Files.createLink(file, complete);
        } catch (FileAlreadyExistsException e) {
            return; // another process was first, and its value counts
        } finally {
            Files.delete(complete);
        }
        FileSync.sync(directory);
    }

    private static void writeInitial(Path file, long initial) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(FILE_BYTES).order(ByteOrder.nativeOrder());
        bytes.putLong(0, initial);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    /**
     * Adds and returns the sum; wraps around on overflow.
     *
     * @throws IllegalStateException if the counter is closed
     */
    public long addAndGet(long delta) {
        lock.readLock().lock();
        try {
            return (long) VALUE.getAndAdd(bytes(), 0, delta) + delta;
        } finally {
            lock.readLock().unlock();
        }
    }

    /**
     * The value now.
     *
     * @throws IllegalStateException if the counter is closed
     */
    public long get() {
        lock.readLock().lock();
        try {
            return (long) VALUE.getVolatile(bytes(), 0);
        } finally {
            lock.readLock().unlock();
        }
    }

    /**
     * Sets the value to {@code least} if it is lower, as after a restart with a journal that knows a higher one.
     *
     * @return the value afterwards
     * @throws IllegalStateException if the counter is closed
     */
    public long raiseTo(long least) {
        lock.readLock().lock();
        try {
            ByteBuffer bytes = bytes();
            long seen = (long) VALUE.getVolatile(bytes, 0);
            while (seen < least) {
                long witness = (long) VALUE.compareAndExchange(bytes, 0, seen, least);
                if (witness == seen) {
                    return least;
                }
                seen = witness;
            }
            return seen;
        } finally {
            lock.readLock().unlock();
        }
    }

    private ByteBuffer bytes() {
        if (!open) {
            throw new IllegalStateException(this + " is closed");
        }
        return page.bytes();
    }

    /** Unmaps the counter, which goes on for everybody else; further calls do nothing. */
    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            if (open) {
                open = false;
                OpenOwners.closed(this);
                page.close();
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    @Override
    public String toString() {
        return "counter " + file;
    }
}
