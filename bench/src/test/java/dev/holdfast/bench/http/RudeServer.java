package dev.holdfast.bench.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/** A server that takes GET requests on a bare socket and now and then does to a connection what its manner says. */
final class RudeServer implements AutoCloseable {
    private static final int EVERY = 3;
    private static final String ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    /** What becomes of every third request. */
    enum Manner {
        /** A reset; socket(7), SO_LINGER. */
        RESETS,
        /** Half an answer, and the end. */
        ENDS_EARLY,
        /** Not an answer at all. */
        IS_SILENT,
        /** Something else than HTTP. */
        BABBLES
    }

    private final Manner manner;
    private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong mistreated = new AtomicLong();

    RudeServer(Manner manner) throws IOException {
        this.manner = manner;
        threads.execute(this::accept);
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listening.accept();
                threads.execute(() -> serve(socket));
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream requests = socket.getInputStream();
            for (int number = 1; readHead(requests); number++) {
                if (number % EVERY == 0) {
                    mistreated.incrementAndGet();
                    mistreat(socket);
                    return;
                }
                answered.incrementAndGet();
                socket.getOutputStream().write(ANSWER.getBytes(StandardCharsets.US_ASCII));
            }
        } catch (IOException e) {
            // The client went away.
        }
    }

    private void mistreat(Socket socket) throws IOException {
        switch (manner) {
            case RESETS -> socket.setSoLinger(true, 0);
            case ENDS_EARLY -> socket.getOutputStream().write(ANSWER.getBytes(StandardCharsets.US_ASCII), 0, 39);
            case IS_SILENT -> {
                boolean open = readHead(socket.getInputStream());
                assert !open : "nothing is sent before the answer";
            }
            case BABBLES -> socket.getOutputStream().write("220 ready\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }
    }

    /** Whether another head came before the end. */
    private static boolean readHead(InputStream requests) throws IOException {
        int newlines = 0;
        while (newlines < 2) {
            int next = requests.read();
            if (next < 0) {
                return false;
            }
            newlines = next == '\n' ? newlines + 1 : next == '\r' ? newlines : 0;
        }
        return true;
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + listening.getLocalPort() + "/");
    }

    long answered() {
        return answered.get();
    }

    long mistreated() {
        return mistreated.get();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        threads.shutdownNow();
    }
}
