package dev.holdfast.arbiter;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;

/**
 * Clients that each send one request after the other on a connection that they keep as long as the server lets them; every
 * failure is noted. Stopped when closed.
 */
final class RequestLoad implements AutoCloseable {
    private static final int LIMIT_MILLIS = 60_000;

    private final URI server;
    private final byte[] request;
    private final LongAdder answered = new LongAdder();
    private final Queue<String> refused = new ConcurrentLinkedQueue<>();
    private final Queue<String> failed = new ConcurrentLinkedQueue<>();
    private final List<Thread> clients = new ArrayList<>();
    private volatile boolean stopped;

    private RequestLoad(URI server, String model, int width) {
        this.server = server;
        String body = "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1," + width + "],\"data\":["
                + "1,".repeat(width - 1) + "1]}]}";
        this.request = ("POST /v2/models/" + model + "/infer HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
                        + body.length() + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.US_ASCII);
    }

    static RequestLoad start(URI server, int connections, String model, int width) {
        RequestLoad load = new RequestLoad(server, model, width);
        for (int i = 0; i < connections; i++) {
            Thread client = new Thread(load::run, "client-" + i);
            load.clients.add(client);
            client.start();
        }
        return load;
    }

    private void run() {
        while (!stopped) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.getPort())) {
                socket.setSoTimeout(LIMIT_MILLIS);
                socket.setTcpNoDelay(true);
                talk(socket);
            } catch (IOException e) {
                refused.add(e.toString());
            }
        }
    }

    private void talk(Socket socket) throws IOException {
        BufferedReader in =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
        boolean kept = true;
        while (kept && !stopped) {
            try {
                socket.getOutputStream().write(request);
                kept = readAnswer(in);
                answered.increment();
            } catch (IOException e) {
                failed.add(e.toString());
                return;
            }
        }
    }

    /** Returns whether the connection goes on */
    private static boolean readAnswer(BufferedReader in) throws IOException {
        String status = line(in);
        int length = 0;
        boolean kept = true;
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            String lower = header.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Integer.parseInt(lower.substring(15).strip());
            }
            kept &= !lower.equals("connection: close");
        }
        StringBuilder body = new StringBuilder();
        while (body.length() < length) {
            int c = in.read();
            if (c < 0) {
                throw new IOException("the connection ended within an answer");
            }
            body.append((char) c);
        }
        if (!status.startsWith("HTTP/1.1 200 ")) {
            throw new IOException(status + " " + body);
        }
        return kept;
    }

    private static String line(BufferedReader in) throws IOException {
        String line = in.readLine();
        if (line == null) {
            throw new IOException("the connection ended");
        }
        return line;
    }

    long answered() {
        return answered.sum();
    }

    /** Requests that were sent and not answered with 200. */
    List<String> failed() {
        return List.copyOf(failed);
    }

    /** Connections that could not be made. */
    List<String> refused() {
        return List.copyOf(refused);
    }

    /** Ends the clients after the request that each is at. */
    void stop() throws InterruptedException {
        stopped = true;
        for (Thread client : clients) {
            client.join();
        }
    }

    @Override
    public void close() throws InterruptedException {
        stop();
    }
}
