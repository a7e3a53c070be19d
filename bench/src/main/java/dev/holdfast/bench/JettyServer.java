package dev.holdfast.bench;

import dev.holdfast.engine.Models;
import dev.holdfast.inference.HoldfastContextListener;
import dev.holdfast.inference.InferenceServlet;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** A Jetty with the V2 servlet and, beside it, {@link EchoServlet} at {@code /echo}. Closing it stops it. */
final class JettyServer implements AutoCloseable {
    private final Server server = new Server();
    private final ServerConnector connector = new ServerConnector(server);

    /** @param models stay the caller's */
    JettyServer(Models models) throws Exception {
        connector.setHost(InetAddress.getLoopbackAddress().getHostAddress());
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler("/");
        context.setAttribute(HoldfastContextListener.ATTRIBUTE, models);
        ServletHolder inference = new ServletHolder(new InferenceServlet());
        inference.setAsyncSupported(true);
        context.addServlet(inference, "/v2/*");
        context.addServlet(new ServletHolder(new EchoServlet()), "/echo");
        server.setHandler(context);
        server.start();
    }

    InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), connector.getLocalPort());
    }

    @Override
    public void close() throws Exception {
        server.stop();
    }
}
