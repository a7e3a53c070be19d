package dev.holdfast.daemon.holder;

import dev.holdfast.protocol.BodyBudget;
import dev.holdfast.protocol.FrameConnection;
import dev.holdfast.protocol.HolderSocket;
import dev.holdfast.protocol.RefusalCode;
import dev.holdfast.protocol.Refused;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts connections, each with a thread of its own, and closes them all at the end. Thread-safe.
 */
final class Connections implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);

    /** A lease is a connection; this many leases, watchers and commands at once. */
    static final int MOST = 1_024;

    /** The rest is kept for the holder's own user and root, whom readers must not be able to shut out. */
    static final int MOST_OF_READERS = 768;

    /** Bodies of offers that are being received at once; the holder's heap is small. */
    private static final int BODY_BYTES_AT_ONCE = 24 << 20;

    private static final Duration SEND_LIMIT = Duration.ofSeconds(1);
    private static final Duration END_LIMIT = Duration.ofSeconds(5);
    private static final long PAUSE_AFTER_FAILURE_MILLIS = 100;
    private static final long POLL_MILLIS = 100;

    /** Plenty for a frame's handling; the default of 1 MiB would be reserved for every lease. */
    private static final long STACK_BYTES = 256 * 1024;

    private final HolderSocket socket;
    private final AccessPolicy access;
    private final Holder holder;
    private final Set<ServedConnection> open = new HashSet<>();
    private final BodyBudget bodies = new BodyBudget(BODY_BYTES_AT_ONCE);
    private boolean closed;

    Connections(HolderSocket socket, AccessPolicy access, Holder holder) {
        this.socket = socket;
        this.access = access;
        this.holder = holder;
    }

    void start() {
        Thread thread = new Thread(this::acceptUntilClosed, "holdfast-accept");
        thread.start();
    }

    private void acceptUntilClosed() {
        while (true) {
            try {
                serve(socket.accept());
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException | RuntimeException | OutOfMemoryError e) {
                // Such as too many open files: connections that end make room, so accepting goes on.
                LOG.error("a connection could not be accepted", e);
                pause();
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_AFTER_FAILURE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve(FrameConnection connection) throws IOException {
        connection.shareBodies(bodies);
        ServedConnection served = new ServedConnection(connection, access.rightsOf(connection.peer()), holder);
        if (!add(served)) {
            LOG.warn("{} refused: too many connections are open already", connection.peer());
            refuse(connection);
            return;
        }
        try {
            new Thread(null, () -> runThenRemove(served), "holdfast-connection", STACK_BYTES).start();
        } catch (RuntimeException | OutOfMemoryError e) {
            remove(served);
            connection.close();
            throw e;
        }
    }

    private static void refuse(FrameConnection connection) throws IOException {
        try (connection) {
            connection.send(
                    new Refused(
                            RefusalCode.TOO_MANY_CONNECTIONS,
                            "the holder has as many connections open as it may (" + MOST_OF_READERS + " of readers, "
                                    + MOST + " in all); close some"),
                    List.of(),
                    SEND_LIMIT);
        }
    }

    private void runThenRemove(ServedConnection served) {
        try {
            served.run();
        } finally {
            remove(served);
        }
    }

    private synchronized boolean add(ServedConnection served) {
        int most = served.isAdmin() ? MOST : MOST_OF_READERS;
        return !closed && open.size() < most && open.add(served);
    }

    private synchronized void remove(ServedConnection served) {
        open.remove(served);
        notifyAll();
    }

    /** Stops accepting and ends every connection. What they leased stays mapped in their processes. */
    @Override
    public void close() {
        Set<ServedConnection> all;
        synchronized (this) {
            closed = true;
            all = Set.copyOf(open);
        }
        try {
            socket.close();
        } catch (IOException e) {
            LOG.error("{} could not be closed", socket.path(), e);
        }
        all.forEach(ServedConnection::disconnect);
        awaitEnded();
    }

    /** Their leases end before the journal and the state directory do. One that hangs does not hold up the stop. */
    private synchronized void awaitEnded() {
        long deadline = System.nanoTime() + END_LIMIT.toNanos();
        try {
            while (!open.isEmpty() && System.nanoTime() < deadline) {
                wait(POLL_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!open.isEmpty()) {
            LOG.warn("{} connections have not ended after {} s", open.size(), END_LIMIT.toSeconds());
        }
    }
}
