package dev.holdfast.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;

class PromptEndPointTest {
    /** Longer than any test: what is looked for is found. */
    private static final long FOREVER = TimeUnit.HOURS.toNanos(1);

    private static final long LIMIT_NANOS = TimeUnit.MINUTES.toNanos(1);

    private static final byte[] ANSWER =
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes(StandardCharsets.US_ASCII);

    /** A server whose connections look for so long, if they may. */
    private static final class Answering implements AutoCloseable {
        private final Server server = new Server();
        private final ServerConnector connector;

        Answering(boolean mayLook, long lookNanos) throws Exception {
            HttpConnectionFactory http = new HttpConnectionFactory();
            http.getHttpConfiguration().setSendServerVersion(false);
            http.getHttpConfiguration().setSendDateHeader(false);
            connector = new ServerConnector(server, 1, 1, http) {
                @Override
                protected SocketChannelEndPoint newEndPoint(
                        SocketChannel channel, ManagedSelector selector, SelectionKey key) {
                    return new PromptEndPoint(channel, selector, key, getScheduler(), () -> mayLook, lookNanos);
                }
            };
            server.addConnector(connector);
            server.setHandler(new Handler.Abstract() {
                @Override
                public boolean handle(Request request, Response response, Callback callback) throws Exception {
                    assertThat(Content.Source.asString(request)).isEqualTo("body");
                    response.getHeaders().put("Content-Length", 2);
                    response.write(true, StandardCharsets.US_ASCII.encode("ok"), callback);
                    return true;
                }
            });
            server.start();
        }

        /** How often the selector has found a connection ready. */
        long found() {
            SelectorManager manager = connector.getSelectorManager();
            return manager.getBean(ManagedSelector.class).getSelectCount();
        }

        @Override
        public void close() throws Exception {
            server.stop();
        }
    }

    private static void await(Callable<Boolean> condition) throws Exception {
        long begin = System.nanoTime();
        while (!condition.call()) {
            assertThat(System.nanoTime() - begin).as("time waited").isLessThan(LIMIT_NANOS);
            Thread.sleep(1);
        }
    }

    private static Socket connect(Answering server) throws IOException {
        Socket client = new Socket(InetAddress.getLoopbackAddress(), server.connector.getLocalPort());
        client.setSoTimeout(60_000);
        return client;
    }

    private static void ask(Socket client) throws IOException {
        client.getOutputStream()
                .write("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody"
                        .getBytes(StandardCharsets.US_ASCII));
        InputStream in = client.getInputStream();
        assertThat(in.readNBytes(ANSWER.length)).isEqualTo(ANSWER);
    }

    @Test
    void requestAfterAnAnswerIsReadWithoutTheSelector() throws Exception {
        try (Answering server = new Answering(true, FOREVER);
                Socket client = connect(server)) {
            ask(client);
            long found = server.found();
            for (int i = 0; i < 10; i++) {
                ask(client);
            }
            assertThat(server.found()).isEqualTo(found);
        }
    }

    @Test
    void connectionThatMayNotLookWaitsForItsSelector() throws Exception {
        assertGoesBackToItsSelector(false, FOREVER);
    }

    @Test
    void whoeverIsSilentIsFoundByTheSelector() throws Exception {
        assertGoesBackToItsSelector(true, 1);
    }

    private static void assertGoesBackToItsSelector(boolean mayLook, long lookNanos) throws Exception {
        try (Answering server = new Answering(mayLook, lookNanos);
                Socket client = connect(server)) {
            ask(client);
            // The first answer may be here before the server has found that nothing follows it.
            await(() -> {
                long found = server.found();
                ask(client);
                return server.found() > found;
            });
        }
    }

    @Test
    void clientThatGoesIsNoticedMeanwhile() throws Exception {
        try (Answering server = new Answering(true, FOREVER)) {
            try (Socket client = connect(server)) {
                ask(client);
                assertThat(server.connector.getConnectedEndPoints()).hasSize(1);
            }
            await(() -> server.connector.getConnectedEndPoints().isEmpty());
        }
    }

    @Test
    void connectionsOfTheSharedSocketAreOfThisKind() throws Exception {
        Server server = new Server();
        SharedConnector connector = new SharedConnector(server, new HttpConnectionFactory());
        server.addConnector(connector);
        server.start();
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), connector.getLocalPort())) {
            await(() -> !connector.getConnectedEndPoints().isEmpty());
            assertThat(client.isConnected()).isTrue();
            assertThat(connector.getConnectedEndPoints()).hasOnlyElementsOfType(PromptEndPoint.class);
        } finally {
            server.stop();
        }
    }
}
