package dev.holdfast.protocol;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import org.newsclub.net.unix.AFUNIXSocketAddress;
import org.newsclub.net.unix.AFUNIXSocketChannel;

/** A peer that says whatever a test wants, through junixsocket's own sending side. */
final class RawPeer implements AutoCloseable {
    private final AFUNIXSocketChannel channel;

    RawPeer(Path socket) throws IOException {
        channel = AFUNIXSocketChannel.open(AFUNIXSocketAddress.of(socket));
    }

    static byte[] header(long bodyBytes, int descriptors) {
        return ByteBuffer.allocate(8)
                .putInt((int) bodyBytes)
                .put((byte) descriptors)
                .put((byte) 0)
                .putShort((short) 0x4846)
                .array();
    }

    void send(byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    /** Sends the bytes with that many descriptors of one file. */
    void send(byte[] bytes, int descriptors) throws IOException {
        try (FileInputStream file = new FileInputStream("/dev/null")) {
            FileDescriptor[] all = new FileDescriptor[descriptors];
            Arrays.fill(all, file.getFD());
            channel.setOutboundFileDescriptors(all);
            send(bytes);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
