package dev.holdfast.distribution;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Ports for servers that can't be asked which one they have bound. */
final class FreePort {
    private FreePort() {}

    /** One that was free a moment ago. */
    static int find() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
