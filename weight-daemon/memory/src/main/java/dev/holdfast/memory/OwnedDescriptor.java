package dev.holdfast.memory;

import com.sun.jna.Platform;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.function.IntFunction;

/**
 * A POSIX file descriptor with exactly one owner, who closes it.
 *
 * <p>All descriptors made here have {@code FD_CLOEXEC} set. Methods may be called from any thread; a thread that took
 * the number by {@link #value()} must know that nobody closes the descriptor while it uses it, because the kernel
 * reuses numbers.
 */
public final class OwnedDescriptor implements AutoCloseable {
    private final int value;
    private boolean open = true;

    private OwnedDescriptor(int value) {
        this.value = value;
        OpenOwners.opened(this);
    }

    /**
     * Takes ownership of an open descriptor.
     *
     * @param value its number; nobody else may close it from now on
     * @throws IllegalArgumentException if the number is negative, which no descriptor is
     */
    public static OwnedDescriptor owning(int value) {
        if (value < 0) {
            throw new IllegalArgumentException(value + " is not a file descriptor");
        }
        return new OwnedDescriptor(value);
    }

    /**
     * Opens a file or directory for reading, without following a symbolic link at the end of the path.
     *
     * @throws NoSuchFileException if nothing has that name
     * @throws FileSystemException if it can't be opened or is a symbolic link; the reason says which
     */
    static OwnedDescriptor ofFile(Path file) throws IOException {
        try {
            return new OwnedDescriptor(LibC.open(file, LibC.O_RDONLY));
        } catch (NativeCallException e) {
            FileSystemException failure = e.code() == Errno.ENOENT
                    ? new NoSuchFileException(file.toString())
                    : new FileSystemException(file.toString(), null, Errno.describe(e.code()));
            failure.initCause(e);
            throw failure;
        }
    }

    /**
     * The descriptor's number in this process.
     *
     * @throws IllegalStateException if it is closed
     */
    public synchronized int value() {
        if (!open) {
            throw new IllegalStateException("descriptor " + value + " is closed");
        }
        return value;
    }

    /**
     * A second descriptor of the same open file (and so of the same flock), owned by the caller: fcntl(2) with
     * {@code F_DUPFD_CLOEXEC}.
     *
     * @throws IllegalStateException if this one is closed
     * @throws NativeCallException if the process has too many descriptors
     */
    public OwnedDescriptor duplicate() {
        return use(number -> new OwnedDescriptor(LibC.duplicate(number)));
    }

    /** Makes a short native call on the number, which can't be closed meanwhile. */
    public synchronized <T> T use(IntFunction<T> call) {
        return call.apply(value());
    }

    /** Whether {@link #close()} has been called. */
    public synchronized boolean isClosed() {
        return !open;
    }

    /**
     * Closes the descriptor; further calls do nothing.
     *
     * @throws NativeCallException if the kernel did not know the number, so somebody else closed it
     */
    @Override
    public synchronized void close() {
        if (open) {
            open = false;
            OpenOwners.closed(this);
            LibC.close(value);
        }
    }

    /** A path that names this descriptor's file as long as it is open: proc(5), {@code /proc/self/fd}. */
    Path path() {
        return Path.of(Platform.isLinux() ? "/proc/self/fd" : "/dev/fd", Integer.toString(value()));
    }

    /** Type and size of what it names. */
    BasicFileAttributes attributes() throws IOException {
        return Files.readAttributes(path(), BasicFileAttributes.class);
    }

    /** Another open file on the same bytes, with its own position and access mode, owned by the caller. */
    FileChannel openChannel(OpenOption... options) throws IOException {
        return FileChannel.open(path(), options);
    }

    @Override
    public String toString() {
        return "descriptor " + value;
    }
}
