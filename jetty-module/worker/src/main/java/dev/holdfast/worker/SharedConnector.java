package dev.holdfast.worker;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/**
 * The connector on the listening socket that all workers share, standard input. After each connection it lets other workers
 * come first: the kernel wakes those that wait in {@code accept} in turn, but one that is awake would take whatever else has
 * come, and of clients that connect together most would be this worker's.
 */
final class SharedConnector extends ServerConnector {
    /** Longer than it takes another worker's thread to wake and accept, most of the time. */
    private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(400);

    /**
     * How long a thread looks for the next request after an answer: longer than most clients on this machine or beside it
     * take to send it.
     */
    private static final long LOOK_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

    /** So many connections can't keep more than a quarter of the processors looking in this worker. */
    private static final int FEW = Runtime.getRuntime().availableProcessors() / 4;

    private final AcceptPauses pauses = new AcceptPauses(System.nanoTime());

    SharedConnector(Server server, HttpConnectionFactory http) {
        // One acceptor that blocks: as the socket is shared, a selector would find it not ready after all.
        super(server, 1, -1, http);
        setInheritChannel(true);
    }

    @Override
    protected SocketChannelEndPoint newEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key) {
        SocketChannelEndPoint connection =
                new PromptEndPoint(channel, selector, key, getScheduler(), this::hasFew, LOOK_NANOS);
        connection.setIdleTimeout(getIdleTimeout());
        return connection;
    }

    private boolean hasFew() {
        return getConnectedEndPoints().size() <= FEW;
    }

    /** Called by the one acceptor. */
    @Override
    public void accept(int acceptor) throws IOException {
        super.accept(acceptor);
        if (pauses.isDue(System.nanoTime())) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}
