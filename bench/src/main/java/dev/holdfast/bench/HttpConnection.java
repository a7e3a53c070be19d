package dev.holdfast.bench;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A client that costs next to nothing: one connection, one thread, one write a request, and no more of HTTP/1.1 than
 * it takes to find an answer's end. One thread.
 */
final class HttpConnection implements AutoCloseable {
    private static final int LARGEST_ANSWER = 1 << 20;
    private static final String HEAD_END = "\r\n\r\n";
    private static final String LAST_CHUNK = "\r\n0\r\n\r\n";
    private static final String LENGTH = "\r\ncontent-length: ";

    private final SocketChannel channel;
    private final ByteBuffer answer = ByteBuffer.allocateDirect(LARGEST_ANSWER);

    HttpConnection(InetSocketAddress server) throws IOException {
        channel = SocketChannel.open(server);
        channel.socket().setTcpNoDelay(true);
    }

    /**
     * A request that can be sent again and again.
     *
     * @param headers each a line, without its end
     */
    static ByteBuffer request(String path, byte[] body, String... headers) {
        String head = "POST " + path + " HTTP/1.1\r\nHost: bench\r\nContent-Length: " + body.length + "\r\n"
                + String.join("\r\n", headers) + HEAD_END;
        byte[] bytes = head.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocateDirect(bytes.length + body.length)
                .put(bytes)
                .put(body)
                .flip();
    }

    /**
     * Sends a request and reads all of its answer.
     *
     * @return the answer's length in bytes, its head included
     * @throws IOException if the answer is not 200
     */
    int exchange(ByteBuffer request) throws IOException {
        for (ByteBuffer rest = request.duplicate(); rest.hasRemaining(); ) {
            channel.write(rest);
        }
        answer.clear();
        String head = readHead();
        int lengthAt = head.toLowerCase(Locale.ROOT).indexOf(LENGTH);
        if (lengthAt < 0) {
            while (!endsWith(LAST_CHUNK)) {
                more();
            }
        } else {
            int lineEnd = head.indexOf('\r', lengthAt + 1);
            int length = Integer.parseInt(head.substring(lengthAt + LENGTH.length(), lineEnd));
            while (answer.position() < head.length() + length) {
                more();
            }
        }
        return answer.position();
    }

    private String readHead() throws IOException {
        while (true) {
            more();
            byte[] start = new byte[Math.min(answer.position(), 1024)];
            answer.get(0, start);
            String text = new String(start, StandardCharsets.ISO_8859_1);
            int end = text.indexOf(HEAD_END);
            if (end >= 0) {
                if (!text.startsWith("HTTP/1.1 200")) {
                    throw new IOException("the server answered: " + text);
                }
                return text.substring(0, end + HEAD_END.length());
            }
        }
    }

    private boolean endsWith(String ending) {
        int start = answer.position() - ending.length();
        for (int i = 0; i < ending.length(); i++) {
            if (start < 0 || answer.get(start + i) != ending.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private void more() throws IOException {
        if (channel.read(answer) < 0) {
            throw new EOFException("the server closed the connection after " + answer.position() + " bytes");
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
