package dev.holdfast.worker;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.Graceful;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of a server that fails no request: it accepts no more connections, answers on those there are with
 * {@code Connection: close} (HTTP/2: GOAWAY), and stops when the last is gone or the time is over. The listening socket is
 * not this process's alone, so whoever connects meanwhile is accepted by another.
 */
final class Retirement {
    private static final Logger LOG = LoggerFactory.getLogger(Retirement.class);
    private static final long PAUSE_MILLIS = 50;

    /** A client that has just had an answer may be about to send the next request on that connection. */
    private static final Duration IDLE_LIMIT = Duration.ofSeconds(2);

    private final Server server;
    private final Farewell farewell = new Farewell();
    private final AtomicBoolean begun = new AtomicBoolean();
    private final CountDownLatch ended = new CountDownLatch(1);

    /** @param server has its handlers and is not started */
    Retirement(Server server) {
        this.server = server;
        server.insertHandler(farewell);
    }

    /**
     * Retires the server and stops it. Repeats return when the first has ended: a signal to a worker that retires would
     * otherwise end its process while it still answers.
     *
     * @param grace longest time for the connections
     */
    void run(Duration grace) {
        if (begun.compareAndSet(false, true)) {
            retire(grace);
            ended.countDown();
        } else {
            awaitEnd();
        }
    }

    private void retire(Duration grace) {
        List<ServerConnector> connectors = connectors();
        farewell.begin();
        stopAccepting(connectors);
        LOG.info("retire connections={} grace_ms={}", endPoints().size(), grace.toMillis());
        List<CompletableFuture<Void>> sessions =
                connectors.stream().flatMap(Retirement::sayGoAway).toList();
        int left = drain(System.nanoTime() + grace.toNanos());
        boolean clean = left == 0 && sessions.stream().allMatch(CompletableFuture::isDone);
        LOG.info("retired connections={} clean={}", left, clean);
        try {
            server.stop();
        } catch (Exception e) {
            LOG.warn("the server did not stop cleanly", e);
        }
    }

    private void awaitEnd() {
        try {
            ended.await();
        } catch (InterruptedException e) {
            // Nothing but the end of the JVM is left to the thread that waits here.
            Thread.currentThread().interrupt();
        }
    }

    private List<ServerConnector> connectors() {
        return Arrays.stream(server.getConnectors())
                .filter(ServerConnector.class::isInstance)
                .map(ServerConnector.class::cast)
                .toList();
    }

    private static void stopAccepting(List<ServerConnector> connectors) {
        StandardStreams streams = StandardStreams.keep();
        try {
            for (ServerConnector connector : connectors) {
                if (connector.getTransport() instanceof ServerSocketChannel channel) {
                    // The acceptor parks after the connection it is at, instead of spinning on a closed channel.
                    connector.setAccepting(false);
                    connector.close();
                    awaitAcceptor(channel);
                }
            }
        } finally {
            streams.restore();
        }
    }

    /**
     * Waits until no thread is within {@code accept}: it holds the lock that this call needs. Stopping the server interrupts
     * the acceptors, and an interrupt within {@code accept} loses the connection that it was about to return.
     */
    private static void awaitAcceptor(ServerSocketChannel channel) {
        try {
            channel.accept();
        } catch (ClosedChannelException closed) {
            LOG.debug("no longer accepting");
        } catch (IOException e) {
            LOG.debug("accepting ended with an error", e);
        }
    }

    /** HTTP/2 sessions say GOAWAY and end with their streams. */
    private static Stream<CompletableFuture<Void>> sayGoAway(ServerConnector connector) {
        return connector.getContainedBeans(Graceful.class).stream().map(Graceful::shutdown);
    }

    private int drain(long deadline) {
        IdleConnections idle = new IdleConnections(IDLE_LIMIT);
        Collection<EndPoint> open = endPoints();
        while (!open.isEmpty() && System.nanoTime() - deadline < 0) {
            idle.sweep(open, System.nanoTime());
            pause();
            open = endPoints();
        }
        return open.size();
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            // Only the JVM's end could interrupt this thread, and it does not; the deadline ends the loop all the same.
            LOG.debug("interrupted", e);
        }
    }

    private Collection<EndPoint> endPoints() {
        return Arrays.stream(server.getConnectors())
                .map(Connector::getConnectedEndPoints)
                .flatMap(Collection::stream)
                .toList();
    }
}
