package dev.holdfast.daemon.holder;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * How many sockets, pipes and memfds this process has open, and how many threads.
 *
 * @param descriptors without files, which the JVM opens whenever it loads a class
 * @param threads all of Java's
 */
record Census(long descriptors, long threads) {
    static Census take() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return new Census(
                    all.filter(Census::isTransient).count(),
                    Thread.getAllStackTraces().size());
        }
    }

    private static boolean isTransient(Path descriptor) {
        try {
            String target = Files.readSymbolicLink(descriptor).toString();
            return target.startsWith("socket:") || target.startsWith("pipe:") || target.startsWith("/memfd:");
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until no more is open and running than now; fails if that does not come about. */
    void awaitReturn() throws IOException {
        long deadline = System.nanoTime() + HolderBase.LIMIT.toNanos();
        Census now = take();
        while (now.descriptors > descriptors || now.threads > threads) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("there were " + this + ", now there are " + now + ": "
                        + Thread.getAllStackTraces().keySet());
            }
            LockSupport.parkNanos(20_000_000);
            now = take();
        }
    }
}
