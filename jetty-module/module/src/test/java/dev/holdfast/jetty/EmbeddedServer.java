package dev.holdfast.jetty;

import dev.holdfast.inference.InferenceServlet;
import java.net.URI;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ContextHandlerCollection;
import org.eclipse.jetty.server.handler.GracefulHandler;

/** A Jetty set up in code as an application would, on a free port. */
final class EmbeddedServer implements AutoCloseable {
    private static final long STOP_LIMIT_MILLIS = 60_000;

    final Server server = new Server();
    final HoldfastLifeCycle lifeCycle = new HoldfastLifeCycle();
    final ContextHandlerCollection contexts = new ContextHandlerCollection();
    private final ServerConnector connector = new ServerConnector(server, 1, 1);

    EmbeddedServer() {
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(new GracefulHandler(contexts));
        server.setStopTimeout(STOP_LIMIT_MILLIS);
        server.addEventListener(lifeCycle);
    }

    /** A context with the V2 servlet. */
    static ServletContextHandler inference(String path) {
        ServletContextHandler context = new ServletContextHandler(path);
        ServletHolder servlet = new ServletHolder(new InferenceServlet());
        servlet.setAsyncSupported(true);
        servlet.setInitOrder(1);
        context.addServlet(servlet, "/v2/*");
        return context;
    }

    /** Whether a port is open. */
    boolean listens() {
        return connector.isOpen();
    }

    /** While it stops, leaves connections open as long as requests. */
    void keepConnections() {
        connector.setShutdownIdleTimeout(STOP_LIMIT_MILLIS);
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + connector.getLocalPort());
    }

    @Override
    public void close() throws Exception {
        server.stop();
    }
}
