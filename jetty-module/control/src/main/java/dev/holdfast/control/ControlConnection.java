package dev.holdfast.control;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One connection of the control socket: lines of at most {@value #LONGEST_LINE} bytes. Any thread sends, one receives, any
 * closes.
 */
public final class ControlConnection implements AutoCloseable {
    static final int LONGEST_LINE = 64 * 1024;

    private final SocketChannel channel;
    private ByteBuffer received = ByteBuffer.allocate(1024).flip();

    ControlConnection(SocketChannel channel) {
        this.channel = channel;
    }

    /**
     * Connects to the arbiter at a path.
     *
     * @throws IOException if nobody listens there
     */
    public static ControlConnection connect(Path socket) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
            return new ControlConnection(channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Says something.
     *
     * @throws IOException if the other side is gone
     */
    public synchronized void send(ControlMessage message) throws IOException {
        byte[] line = (ControlLine.write(message) + "\n").getBytes(StandardCharsets.UTF_8);
        if (line.length > LONGEST_LINE) {
            throw new ControlException("a control message of " + line.length + " bytes is too long");
        }
        ByteBuffer bytes = ByteBuffer.wrap(line);
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /**
     * Waits for the next message.
     *
     * @return empty if the other side has ended the connection, within a message or not
     * @throws ControlException if what came is not a message
     * @throws IOException if the connection broke or was closed here
     */
    public Optional<ControlMessage> receive() throws IOException {
        while (true) {
            int end = endOfLine();
            if (end >= 0) {
                return Optional.of(ControlLine.read(takeLine(end)));
            }
            if (!fill()) {
                return Optional.empty();
            }
        }
    }

    private int endOfLine() {
        for (int i = received.position(); i < received.limit(); i++) {
            if (received.get(i) == '\n') {
                return i;
            }
        }
        return -1;
    }

    private String takeLine(int end) {
        byte[] line = new byte[end - received.position()];
        received.get(line).get();
        return new String(line, StandardCharsets.UTF_8);
    }

    private boolean fill() throws IOException {
        if (received.remaining() >= LONGEST_LINE) {
            throw new ControlException("a line of more than " + LONGEST_LINE + " bytes is not a control message");
        }
        received.compact();
        if (!received.hasRemaining()) {
            received = ByteBuffer.allocate(2 * received.capacity()).put(received.flip());
        }
        try {
            return channel.read(received) >= 0;
        } finally {
            received.flip();
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // Nothing is left to be done with it, and the kernel has taken it back all the same.
            ControlSocket.LOG.debug("closing a control connection failed", e);
        }
    }
}
