package dev.holdfast.bench.http;

import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;

/** A Jetty that counts requests and answers as the path says. */
final class JettyServer implements AutoCloseable {
    private static final int EVERY = 5;
    private static final String LARGE = "0123456789".repeat(10_000);

    private final Server server = new Server();
    private final ServerConnector connector = new ServerConnector(server);
    private final AtomicLong requests = new AtomicLong();
    private final AtomicLong odd = new AtomicLong();
    private final AtomicLong receivedBytes = new AtomicLong();

    JettyServer() throws Exception {
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) throws Exception {
                ByteBuffer body = Content.Source.asByteBuffer(request);
                receivedBytes.addAndGet(body.remaining());
                answer(request.getHttpURI().getPath(), requests.incrementAndGet(), response, callback);
                return true;
            }
        });
        server.start();
    }

    private void answer(String path, long number, Response response, Callback callback) {
        boolean every = number % EVERY == 0;
        switch (path) {
            case "/close" -> {
                response.getHeaders().put(HttpHeader.CONNECTION, "close");
                write(response, "closing", callback);
            }
            case "/chunked" -> {
                response.write(false, bytes(LARGE), Callback.from(() -> write(response, LARGE, callback)));
            }
            case "/busy" -> {
                odd.addAndGet(every ? 1 : 0);
                response.setStatus(every ? 503 : 200);
                write(response, "the same", callback);
            }
            case "/other" -> {
                odd.addAndGet(every ? 1 : 0);
                write(response, every ? "another" : "the same", callback);
            }
            default -> write(response, "the same", callback);
        }
    }

    private static void write(Response response, String text, Callback callback) {
        response.write(true, bytes(text), callback);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    URI url(String path) {
        return URI.create("http://127.0.0.1:" + connector.getLocalPort() + path);
    }

    long requests() {
        return requests.get();
    }

    /** Those answered with 503, or with another body. */
    long odd() {
        return odd.get();
    }

    long receivedBytes() {
        return receivedBytes.get();
    }

    @Override
    public void close() throws Exception {
        server.stop();
    }
}
