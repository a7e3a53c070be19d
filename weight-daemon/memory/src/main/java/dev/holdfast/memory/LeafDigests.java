package dev.holdfast.memory;

import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/**
 * The leaf digests of a file, computed on all processors and delivered in order.
 *
 * <p>Works in segments of 64 leaves, of which at most two a processor are under way, so memory is bounded whatever the
 * file's size: a leaf's buffer and a few KiB of digests each.
 */
final class LeafDigests {
    private static final int LEAVES_PER_SEGMENT = 64;
    private static final long SEGMENT_BYTES = (long) LEAVES_PER_SEGMENT * TreeDigest.LEAF_BYTES;
    private static final int DIGEST_BYTES = 32;

    private final FileChannel content;
    private final long sizeBytes;
    private final LongConsumer progress;
    private volatile boolean stopped;

    LeafDigests(FileChannel content, long sizeBytes, LongConsumer progress) {
        this.content = content;
        this.sizeBytes = sizeBytes;
        this.progress = progress;
    }

    /** Updates {@code root} with all leaf digests in order. */
    void feed(MessageDigest root) throws IOException {
        if (sizeBytes <= SEGMENT_BYTES) {
            root.update(segment(0));
            progress.accept(sizeBytes);
            return;
        }
        int threads = Runtime.getRuntime().availableProcessors();
        ExecutorService pool = Executors.newFixedThreadPool(threads, LeafDigests::daemonThread);
        try {
            feedInOrder(root, pool, 2 * threads);
        } finally {
            stopped = true; // no interrupt: it would close the caller's channel
            pool.shutdown();
            awaitEnd(pool);
        }
    }

    private static Thread daemonThread(Runnable work) {
        Thread thread = new Thread(work, "holdfast-digest");
        thread.setDaemon(true);
        return thread;
    }

    private void feedInOrder(MessageDigest root, ExecutorService pool, int mostUnderWay) throws IOException {
        Queue<Future<byte[]>> underWay = new ArrayDeque<>();
        long submitted = 0;
        long done = 0;
        while (done < sizeBytes) {
            while (submitted < sizeBytes && underWay.size() < mostUnderWay) {
                long start = submitted;
                underWay.add(pool.submit(() -> segment(start)));
                submitted += SEGMENT_BYTES;
            }
            root.update(result(underWay.remove()));
            done = Math.min(done + SEGMENT_BYTES, sizeBytes);
            progress.accept(done);
        }
    }

    private static byte[] result(Future<byte[]> segment) throws IOException {
        try {
            return segment.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted while computing a digest").initCause(e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException) {
                throw (IOException) e.getCause();
            }
            throw new IllegalStateException("computing a digest failed", e.getCause());
        }
    }

    /** Threads end after the leaf they are at. */
    private static void awaitEnd(ExecutorService pool) {
        boolean interrupted = false;
        boolean ended = false;
        while (!ended) {
            try {
                ended = pool.awaitTermination(1, TimeUnit.MINUTES);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** The digests of the leaves that start in the segment, one after another. */
    private byte[] segment(long start) throws IOException {
        long end = Math.min(start + SEGMENT_BYTES, sizeBytes);
        long leaves = (end - start + TreeDigest.LEAF_BYTES - 1) / TreeDigest.LEAF_BYTES;
        ByteBuffer digests = ByteBuffer.allocate((int) leaves * DIGEST_BYTES);
        ByteBuffer leaf = ByteBuffer.allocate((int) Math.min(TreeDigest.LEAF_BYTES, end - start));
        MessageDigest sha256 = TreeDigest.sha256();
        for (long position = start; position < end; position += TreeDigest.LEAF_BYTES) {
            if (stopped) {
                throw new CancellationException("another segment failed");
            }
            leaf.clear().limit((int) Math.min(TreeDigest.LEAF_BYTES, end - position));
            fill(leaf, position);
            sha256.update(leaf.flip());
            digests.put(sha256.digest());
        }
        return digests.array();
    }

    private void fill(ByteBuffer leaf, long position) throws IOException {
        long next = position;
        while (leaf.hasRemaining()) {
            int count = content.read(leaf, next);
            if (count < 0) {
                throw new EOFException("the content ends at byte " + next + " of " + sizeBytes
                        + "; it was truncated or is not what its manifest says");
            }
            next += count;
        }
    }
}
