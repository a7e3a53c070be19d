package dev.holdfast.daemon.holder;

import dev.holdfast.protocol.Hello;
import dev.holdfast.protocol.Message;
import dev.holdfast.protocol.MessageCodec;
import dev.holdfast.protocol.ProtocolVersion;
import dev.holdfast.protocol.RefusalCode;
import dev.holdfast.protocol.Refused;
import dev.holdfast.protocol.Welcome;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import org.newsclub.net.unix.AFUNIXSocket;
import org.newsclub.net.unix.AFUNIXSocketAddress;

/** A client that says whatever a test wants, in frames or not. Descriptors it is sent are discarded by the kernel. */
final class RawClient implements AutoCloseable {
    private static final int LIMIT_MILLIS = 30_000;

    private final AFUNIXSocket socket;
    private final DataInputStream in;

    private RawClient(AFUNIXSocket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(socket.getInputStream());
    }

    static RawClient connect(Path path) throws IOException {
        AFUNIXSocket socket = AFUNIXSocket.connectTo(AFUNIXSocketAddress.of(path));
        socket.setSoTimeout(LIMIT_MILLIS);
        return new RawClient(socket);
    }

    /** Connects and shakes hands as it should be done. */
    static RawClient greeted(Path path) throws IOException {
        RawClient client = connect(path);
        client.send(hello());
        if (client.receive().orElseThrow() instanceof Welcome) {
            return client;
        }
        client.close();
        throw new AssertionError("the holder does not welcome a proper client");
    }

    static Hello hello() {
        return new Hello(ProtocolVersion.OLDEST, ProtocolVersion.NEWEST, "raw client");
    }

    static byte[] header(long bodyBytes, int descriptors) {
        return ByteBuffer.allocate(8)
                .putInt((int) bodyBytes)
                .put((byte) descriptors)
                .put((byte) 0)
                .putShort((short) 0x4846)
                .array();
    }

    static byte[] frame(byte[] body, int descriptors) {
        return ByteBuffer.allocate(8 + body.length)
                .put(header(body.length, descriptors))
                .put(body)
                .array();
    }

    void send(Message message, FileDescriptor... descriptors) throws IOException {
        sendBytes(frame(MessageCodec.write(message), descriptors.length), descriptors);
    }

    /** Sends bytes as they are; the descriptors ride with the first, whatever the bytes announce. */
    void sendBytes(byte[] bytes, FileDescriptor... descriptors) throws IOException {
        if (descriptors.length > 0) {
            socket.setOutboundFileDescriptors(descriptors);
        }
        socket.getOutputStream().write(bytes);
    }

    /** The next message; empty if the holder ended the connection. */
    Optional<Message> receive() throws IOException {
        try {
            byte[] body = new byte[in.readInt()];
            int skipped = in.readInt();
            in.readFully(body);
            return skipped == 0 ? Optional.empty() : Optional.of(MessageCodec.read(body));
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (EOFException | SocketException e) {
            return Optional.empty();
        }
    }

    /** The code of the refusal that must come next. */
    RefusalCode refusal() throws IOException {
        Optional<Message> reply = receive();
        if (reply.isPresent() && reply.get() instanceof Refused refused) {
            return refused.code();
        }
        throw new AssertionError("no refusal came, but " + reply);
    }

    /** Reads on until the holder ends the connection; fails if it does not. */
    void awaitEnd() throws IOException {
        while (receive().isPresent()) {
            // What it still says does not matter.
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
