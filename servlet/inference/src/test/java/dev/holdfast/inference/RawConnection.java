package dev.holdfast.inference;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A client that may be slow, stop in the middle, or say what it does not mean. */
final class RawConnection implements AutoCloseable {
    private static final int LIMIT_MILLIS = 30_000;

    private final Socket socket = new Socket();

    RawConnection(URI server) throws IOException {
        socket.setReceiveBufferSize(4096);
        socket.setSoTimeout(LIMIT_MILLIS);
        socket.connect(new InetSocketAddress(server.getHost(), server.getPort()), LIMIT_MILLIS);
    }

    /** Sends the head of an inference request on {@code echo}, announcing a body. */
    RawConnection head(long bodyBytes, String... headers) throws IOException {
        return send("POST /v2/models/echo/infer HTTP/1.1\r\nHost: test\r\nContent-Length: " + bodyBytes + "\r\n"
                + (headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n") + "\r\n");
    }

    /** Sends a request for as many zeros as an answer in JSON. */
    RawConnection echoZeros(int count) throws IOException {
        String json = "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1," + count
                + "],\"parameters\":{\"binary_data_size\":" + 4L * count + "}}]}";
        head(json.length() + 4L * count, "Inference-Header-Content-Length: " + json.length());
        send(json);
        socket.getOutputStream().write(ByteBuffer.allocate(4 * count).array());
        return this;
    }

    RawConnection send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    RawConnection send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    /** The next answer; the connection can be used again. */
    RawAnswer answer() throws IOException {
        return RawAnswer.read(socket.getInputStream());
    }

    /** Sends nothing more. */
    RawConnection end() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    /** Has {@link #close} drop the connection by a reset. */
    RawConnection reset() throws IOException {
        socket.setSoLinger(true, 0);
        return this;
    }

    /** What comes until the server closes or enough is there. */
    String receive(int enough) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] some = new byte[4096];
        int read = 0;
        while (read >= 0 && all.size() < enough) {
            all.write(some, 0, read);
            read = socket.getInputStream().read(some);
        }
        return all.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
