package dev.holdfast.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/**
 * A process of {@link PlainFleet}: a Jetty with {@link PlainServlet} over a copy of the model of its own. Several share
 * a port: SO_REUSEPORT, socket(7). It ends when its standard input does.
 */
final class PlainServer {
    /** What its one line begins with; the port follows. */
    static final String READY = "ready ";

    private PlainServer() {}

    /** Arguments: a port or 0, the model's name and file, and the threads that share one operator's work. */
    public static void main(String[] arguments) throws Exception {
        try (PlainSession session = PlainSession.open(Path.of(arguments[2]), Integer.parseInt(arguments[3]))) {
            Server server = new Server();
            ServerConnector connector = new ServerConnector(server);
            connector.setHost(InetAddress.getLoopbackAddress().getHostAddress());
            connector.setPort(Integer.parseInt(arguments[0]));
            connector.setReusePort(true);
            server.addConnector(connector);
            ServletContextHandler context = new ServletContextHandler("/");
            context.addServlet(
                    new ServletHolder(new PlainServlet(session, arguments[1])), Fleet.inferencePath(arguments[1]));
            server.setHandler(context);
            server.start();
            System.out.println(READY + connector.getLocalPort());
            System.out.flush();
            if (System.in.read() >= 0) {
                throw new IOException("nobody should write to this process");
            }
            server.stop();
        }
    }
}
