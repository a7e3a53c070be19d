package dev.holdfast.engine;

import dev.holdfast.memory.SharedCounter;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * A model's shared counter as leases name it: a holder started on another state directory brings another file. Any
 * thread.
 */
final class ModelCounter implements AutoCloseable {
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private @Nullable SharedCounter counter;

    /**
     * Counts in that file from now on.
     *
     * @throws dev.holdfast.memory.ArenaException if it can't be opened; counting goes on where it was
     */
    void use(Path file) {
        SharedCounter opened = SharedCounter.open(file);
        lock.writeLock().lock();
        try {
            close();
            counter = opened;
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Adds one and gives the sum. */
    long increment() {
        lock.readLock().lock();
        try {
            if (counter == null) {
                throw new IllegalStateException("no lease has named the counter's file");
            }
            return counter.addAndGet(1);
        } finally {
            lock.readLock().unlock();
        }
    }

    /** The value now; 0 before the first lease and after the end. */
    long get() {
        lock.readLock().lock();
        try {
            return counter == null ? 0 : counter.get();
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            if (counter != null) {
                counter.close();
                counter = null;
            }
        } finally {
            lock.writeLock().unlock();
        }
    }
}
