package dev.holdfast.memory.cuda;

import dev.holdfast.memory.OwnedParts;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Copies file ranges to a device: several threads read, each through a {@link CopyLane} of its own, so that reading from
 * the page cache, which one thread does at some 5 GB/s, keeps up with the device.
 *
 * <p>Used by one thread. Page-locked memory: two chunks a lane, and no more lanes than there were chunks to copy.
 */
final class DeviceFill implements AutoCloseable {
    private static final int CHUNK_BYTES = 4 << 20;
    private static final int MOST_LANES = 16;

    private final DeviceContext context;
    private final OwnedParts parts = new OwnedParts();
    private final List<CopyLane> lanes = new ArrayList<>();
    private final int mostLanes = Math.min(MOST_LANES, Runtime.getRuntime().availableProcessors());
    private final ExecutorService readers = Executors.newFixedThreadPool(mostLanes, DeviceFill::daemonThread);
    private int nextLane;

    /** Copies under way end here or before it. */
    private long endAddress;

    /** @param context outlives it */
    DeviceFill(DeviceContext context) {
        this.context = context;
    }

    private static Thread daemonThread(Runnable work) {
        Thread thread = new Thread(work, "holdfast-device-fill");
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Reads the range and starts its copies; the source is done with when this returns, the copies may be under way.
     *
     * @param address of the device
     * @throws java.io.EOFException if the source ends before the range does
     */
    void copy(FileChannel source, long position, long lengthBytes, long address) throws IOException {
        awaitBefore(address, lengthBytes);
        long chunks = (lengthBytes + CHUNK_BYTES - 1) / CHUNK_BYTES;
        int needed = (int) Math.min(chunks, mostLanes);
        while (lanes.size() < Math.max(needed, Math.min(nextLane + 1, mostLanes))) {
            lanes.add(parts.add(CopyLane.create(context, CHUNK_BYTES)));
        }
        if (chunks == 1) {
            lanes.get(nextLane).copy(source, position, (int) lengthBytes, address);
            nextLane = (nextLane + 1) % mostLanes;
        } else if (chunks > 1) {
            copyAtOnce(new Range(source, position, lengthBytes, address, new AtomicLong()), needed);
        }
    }

    /** Lanes don't wait for each other, and a later write to the same bytes must win. */
    private void awaitBefore(long address, long lengthBytes) {
        if (address < endAddress) {
            await();
            endAddress = 0;
        }
        endAddress = Math.max(endAddress, address + lengthBytes);
    }

    /** Returns when no reader uses the channel any more, also if one failed or this thread was interrupted. */
    private void copyAtOnce(Range range, int readersNeeded) throws IOException {
        List<Future<Boolean>> underWay = new ArrayList<>();
        for (CopyLane lane : lanes.subList(0, readersNeeded)) {
            underWay.add(readers.submit(() -> range.copyThrough(lane)));
        }
        Throwable failure = null;
        boolean interrupted = false;
        for (int i = 0; i < underWay.size(); ) {
            try {
                underWay.get(i).get();
                i++;
            } catch (ExecutionException e) {
                failure = failure == null ? e.getCause() : failure;
                i++;
            } catch (InterruptedException e) {
                interrupted = true;
                range.stop();
            }
        }
        report(failure, interrupted);
    }

    private static void report(@Nullable Throwable failure, boolean interrupted) throws IOException {
        if (interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while copying to the device");
        }
        if (failure instanceof IOException unreadable) {
            throw unreadable;
        }
        if (failure instanceof RuntimeException refused) {
            throw refused;
        }
        if (failure != null) {
            throw new IllegalStateException("copying to the device failed", failure);
        }
    }

    /** Waits until all copies are done. */
    void await() {
        lanes.forEach(CopyLane::await);
    }

    @Override
    public void close() {
        readers.shutdown();
        lanes.clear();
        parts.close();
    }

    /** A range that several readers take chunks of. */
    private record Range(FileChannel source, long position, long lengthBytes, long address, AtomicLong next) {
        boolean copyThrough(CopyLane lane) throws IOException {
            boolean complete = false;
            try {
                for (long at = take(); at < lengthBytes; at = take()) {
                    int chunk = (int) Math.min(CHUNK_BYTES, lengthBytes - at);
                    lane.copy(source, position + at, chunk, address + at);
                }
                complete = true;
                return true;
            } finally {
                if (!complete) {
                    stop();
                }
            }
        }

        /** Readers end after the chunk that they are at. */
        void stop() {
            next.set(lengthBytes);
        }

        private long take() {
            return next.getAndAdd(CHUNK_BYTES);
        }
    }
}
