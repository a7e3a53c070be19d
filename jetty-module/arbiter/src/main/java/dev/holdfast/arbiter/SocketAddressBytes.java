package dev.holdfast.arbiter;

import com.sun.jna.Platform;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * {@code struct sockaddr_in} and {@code sockaddr_in6} of {@code netinet/in.h}. Both begin with the family (on macOS, with a
 * byte of length before a byte of family), then the port, big-endian.
 */
final class SocketAddressBytes {
    private static final int IN_BYTES = 16;
    private static final int IN6_BYTES = 28;
    private static final int PORT_OFFSET = 2;
    private static final int IN_ADDRESS_OFFSET = 4;
    private static final int IN6_ADDRESS_OFFSET = 8;

    private SocketAddressBytes() {}

    static int family(InetAddress address) {
        return address instanceof Inet4Address ? SocketFunctions.AF_INET : SocketFunctions.AF_INET6;
    }

    static byte[] of(InetAddress address, int port) {
        boolean four = address instanceof Inet4Address;
        ByteBuffer bytes = ByteBuffer.allocate(four ? IN_BYTES : IN6_BYTES);
        if (Platform.isMac()) {
            bytes.put((byte) bytes.capacity()).put((byte) family(address));
        } else {
            bytes.order(ByteOrder.nativeOrder()).putShort((short) family(address));
        }
        bytes.order(ByteOrder.BIG_ENDIAN).putShort(PORT_OFFSET, (short) port);
        bytes.position(four ? IN_ADDRESS_OFFSET : IN6_ADDRESS_OFFSET).put(address.getAddress());
        return bytes.array();
    }

    static int port(byte[] address) {
        return Short.toUnsignedInt(ByteBuffer.wrap(address).getShort(PORT_OFFSET));
    }
}
