package dev.holdfast.worker;

import dev.holdfast.inference.InferenceServlet;
import dev.holdfast.inference.MetricsServlet;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** The Jetty of a worker that has no {@code JETTY_BASE}: the listener and the servlet, configured by code. */
final class WorkerServer {
    /** What is read at once from a connection: a request of tens of kilobytes in one or two reads instead of many. */
    private static final int INPUT_BUFFER_BYTES = 64 << 10;

    /**
     * Threads of a worker on few processors. None waits for a client or a batch, and more than the processors need are only
     * woken one by one for the answers of a batch, where fewer take one after the other.
     */
    private static final int LEAST_THREADS = 32;

    private WorkerServer() {}

    /** On the listening socket that is standard input. */
    static Server onInheritedChannel() throws IOException {
        if (!(System.inheritedChannel() instanceof ServerSocketChannel)) {
            throw new IOException("standard input is not a listening socket; start workers with `holdfast serve` or by"
                    + " systemd with StandardInput=socket, or give -D" + WorkerMain.PORT);
        }
        Server server = server();
        server.addConnector(new SharedConnector(server, http()));
        return server;
    }

    /** On a port of its own. */
    static Server onPort(int port) {
        Server server = server();
        ServerConnector connector = new ServerConnector(server, 1, -1, http());
        connector.setPort(port);
        server.addConnector(connector);
        return server;
    }

    private static HttpConnectionFactory http() {
        HttpConfiguration configuration = new HttpConfiguration();
        configuration.setSendServerVersion(false);
        HttpConnectionFactory http = new HttpConnectionFactory(configuration);
        http.setInputBufferSize(INPUT_BUFFER_BYTES);
        return http;
    }

    private static int mostThreads() {
        return Math.max(LEAST_THREADS, 2 * Runtime.getRuntime().availableProcessors());
    }

    private static Server server() {
        QueuedThreadPool threads = new QueuedThreadPool(mostThreads());
        threads.setName("jetty");
        Server server = new Server(threads);
        ServletContextHandler context = new ServletContextHandler("/", ServletContextHandler.NO_SESSIONS);
        ServletHolder inference = new ServletHolder("holdfast-inference", InferenceServlet.class);
        inference.setAsyncSupported(true);
        inference.setInitOrder(0);
        context.addServlet(inference, "/v2/*");
        context.addServlet(MetricsServlet.class, "/metrics");
        server.setHandler(context);
        return server;
    }
}
