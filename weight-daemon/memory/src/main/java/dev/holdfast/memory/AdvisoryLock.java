package dev.holdfast.memory;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * An flock(2) on a file or directory, held until the last descriptor of the open file closes, in whatever process.
 *
 * <p>It is not a {@code FileChannel} lock, which fcntl(2) drops as soon as the process closes <em>any</em> descriptor
 * of the file. The lock belongs to the open file: it travels with {@link #descriptor()} to another process, and
 * {@link #close()} releases it only once every copy there is closed too; the kernel closes those of a dead process.
 * Taking one never waits, and two in one process exclude each other as two processes do. The file system must be local.
 * Methods may be called from any thread. Windows, which has no flock, locks through {@code FileChannel}; that is not
 * tested.
 */
public final class AdvisoryLock implements AutoCloseable {
    private final LockHold hold;

    private AdvisoryLock(LockHold hold) {
        this.hold = hold;
    }

    /**
     * Locks the file or directory together with any other shared holders.
     *
     * @return the lock; empty if another open file holds it exclusively
     * @throws NoSuchFileException if nothing has that name
     * @throws IOException if it can't be opened for reading or is a symbolic link
     * @throws NativeCallException if the file system has no locks
     */
    public static Optional<AdvisoryLock> trySharedOn(Path path) throws IOException {
        return LockHold.tryOn(path, true).map(AdvisoryLock::new);
    }

    /**
     * Locks the file or directory for this owner alone.
     *
     * @return the lock; empty if another open file holds it, shared or exclusively
     * @throws NoSuchFileException if nothing has that name
     * @throws IOException if it can't be opened for reading or is a symbolic link
     * @throws NativeCallException if the file system has no locks
     */
    public static Optional<AdvisoryLock> tryExclusiveOn(Path path) throws IOException {
        return LockHold.tryOn(path, false).map(AdvisoryLock::new);
    }

    /**
     * Takes over a shared lock that came with a descriptor, which is closed if this fails.
     *
     * <p>The lock is taken again on the same open file, which changes nothing if it is still held, and turns an
     * exclusive lock into a shared one.
     *
     * @param descriptor owned by the lock from now on
     * @throws ArenaException if it names neither a regular file nor a directory, or another open file holds the lock
     *     exclusively, so the sender did not hold it
     */
    public static AdvisoryLock adopt(OwnedDescriptor descriptor) {
        return new AdvisoryLock(FlockHold.adopt(descriptor));
    }

    /**
     * Whether any open file, of this process or another, holds a lock on it.
     *
     * <p>Answered by taking the exclusive lock for a moment, so a try by somebody else at that moment may fail.
     *
     * @throws NoSuchFileException if nothing has that name
     * @throws IOException if it can't be opened for reading or is a symbolic link
     * @throws NativeCallException if the file system has no locks
     */
    public static boolean isHeldByAnyone(Path path) throws IOException {
        Optional<AdvisoryLock> lock = tryExclusiveOn(path);
        lock.ifPresent(AdvisoryLock::close);
        return lock.isEmpty();
    }

    /**
     * The locked descriptor, owned by this lock; a copy sent to another process keeps the lock there.
     *
     * @throws UnsupportedOperationException on Windows
     */
    public OwnedDescriptor descriptor() {
        return hold.descriptor();
    }

    /** Closes this descriptor; the lock ends unless a copy is open elsewhere. Further calls do nothing. */
    @Override
    public void close() {
        hold.close();
    }

    @Override
    public String toString() {
        return "lock on " + hold;
    }
}
