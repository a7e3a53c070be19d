package dev.holdfast.control;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lock that a worker holds all its life, so that the arbiter hears of its end at once: a robust mutex
 * ({@code pthread_mutexattr_setrobust(3)}) in a file that both map. Linux only.
 *
 * <p>When a process is killed, the kernel takes its memory apart first, closes its descriptors next, and lets its parent have
 * the exit code last; with the memory of a device that takes tenths of a second. A robust mutex is let go before all that.
 */
public final class LifeLock {
    private static final Logger LOG = LoggerFactory.getLogger(LifeLock.class);

    /** More than any {@code pthread_mutex_t} or {@code pthread_mutexattr_t} has. */
    private static final int SIZE_BYTES = 256;

    private final ThreadFunctions c = ThreadFunctions.load();
    private final Path file;
    private final ByteBuffer page;
    private final Pointer mutex;

    private LifeLock(Path file, MappedByteBuffer page) {
        this.file = file;
        this.page = page;
        this.mutex = Native.getDirectBufferPointer(page);
    }

    /**
     * Makes the arbiter's side.
     *
     * @param file to be made, in a directory that is closed to others
     * @return empty if there are no such locks on this platform
     * @throws IOException if it can't be made
     */
    public static Optional<LifeLock> create(Path file) throws IOException {
        if (!Platform.isLinux()) {
            return Optional.empty();
        }
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            // Written, not just grown: a page that the disk has no room for would be a fault when it is used.
            Files.write(file, new byte[SIZE_BYTES]);
            LifeLock lock = map(file);
            lock.initialise();
            return Optional.of(lock);
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(file);
            throw e;
        }
    }

    private static LifeLock map(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE))) {
            return new LifeLock(file, channel.map(FileChannel.MapMode.READ_WRITE, 0, SIZE_BYTES));
        }
    }

    private void initialise() throws IOException {
        try (Memory attributes = new Memory(SIZE_BYTES)) {
            check(c.pthread_mutexattr_init(attributes));
            check(c.pthread_mutexattr_setpshared(attributes, ThreadFunctions.PTHREAD_PROCESS_SHARED));
            check(c.pthread_mutexattr_setrobust(attributes, ThreadFunctions.PTHREAD_MUTEX_ROBUST));
            check(c.pthread_mutex_init(mutex, attributes));
            check(c.pthread_mutexattr_destroy(attributes));
        }
    }

    private static void check(int error) throws IOException {
        if (error != 0) {
            throw new IOException("no robust mutex: error " + error);
        }
    }

    /**
     * The worker's side: has a thread of this process hold the lock until the process ends, and removes the file, which nobody
     * else needs.
     *
     * @throws IOException if it can't be held
     */
    public static void hold(Path file) throws IOException {
        LifeLock lock;
        try {
            lock = map(file);
        } catch (NoSuchFileException e) {
            LOG.debug("the arbiter made none", e);
            return;
        }
        CompletableFuture<Integer> held = new CompletableFuture<>();
        Thread holder = new Thread(() -> lock.holdFor(held), "holdfast-life");
        holder.setDaemon(true);
        holder.start();
        check(held.join());
        lock.remove();
    }

    /** Never returns: the kernel takes the end of the thread that locked for the process's. */
    private void holdFor(CompletableFuture<Integer> held) {
        try {
            held.complete(c.pthread_mutex_lock(mutex));
            new CompletableFuture<Void>().join();
        } finally {
            Reference.reachabilityFence(page);
        }
    }

    /**
     * Waits for the end of the process that holds the lock; once.
     *
     * @return whether it has ended; false if none held it
     */
    public boolean awaitEnd() {
        try {
            int error = c.pthread_mutex_lock(mutex);
            // Let go, or the kernel would look for it in this thread's memory when the thread ends.
            c.pthread_mutex_unlock(mutex);
            return error == ThreadFunctions.EOWNERDEAD;
        } finally {
            Reference.reachabilityFence(page);
        }
    }

    /** Removes the file if it is still there; the lock stays. */
    public void remove() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("{} could not be removed: {}", file, e.toString());
        }
    }
}
