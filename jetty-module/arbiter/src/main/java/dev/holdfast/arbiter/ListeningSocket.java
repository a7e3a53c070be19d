package dev.holdfast.arbiter;

import com.sun.jna.Native;
import com.sun.jna.ptr.IntByReference;
import java.net.Inet6Address;
import java.net.InetAddress;

/**
 * The listening socket as this process's standard input, which every child with an inherited standard input gets: a JVM
 * finds it in {@link System#inheritedChannel()}.
 *
 * <p>The open file description is one for all processes, {@code O_NONBLOCK} included; it is left blocking, and whoever
 * accepts on it must cope with another who was faster. Used by one thread.
 */
final class ListeningSocket implements AutoCloseable {
    private static final int STANDARD_INPUT = 0;

    private final SocketFunctions c = SocketFunctions.load();
    private final String address;
    private int port;

    private ListeningSocket(InetAddress address, int port) {
        String host = address.getHostAddress();
        this.address = address instanceof Inet6Address ? "[" + host + "]" : host;
        this.port = port;
    }

    /**
     * Binds, listens, and replaces standard input.
     *
     * @param port 0 for one that the kernel picks
     * @throws BindException if that address can't be had; says why
     */
    static ListeningSocket open(InetAddress address, int port) throws BindException {
        ListeningSocket socket = new ListeningSocket(address, port);
        int descriptor = socket.check(
                "socket", socket.c.socket(SocketAddressBytes.family(address), SocketFunctions.SOCK_STREAM, 0));
        try {
            // No child may have it under a second number: the port would stay taken after the first was closed.
            socket.check("fcntl", socket.c.fcntl(descriptor, SocketFunctions.F_SETFD, SocketFunctions.FD_CLOEXEC));
            socket.listen(descriptor, SocketAddressBytes.of(address, port), address instanceof Inet6Address);
            socket.check("dup2", socket.c.dup2(descriptor, STANDARD_INPUT));
        } finally {
            socket.c.close(descriptor);
        }
        return socket;
    }

    private void listen(int descriptor, byte[] name, boolean six) throws BindException {
        set(descriptor, SocketFunctions.SOL_SOCKET, SocketFunctions.SO_REUSEADDR, 1);
        if (six) {
            set(descriptor, SocketFunctions.IPPROTO_IPV6, SocketFunctions.IPV6_V6ONLY, 0);
        }
        check("bind", c.bind(descriptor, name, name.length));
        check("listen", c.listen(descriptor, SocketFunctions.BACKLOG));
        IntByReference length = new IntByReference(name.length);
        check("getsockname", c.getsockname(descriptor, name, length));
        port = SocketAddressBytes.port(name);
    }

    private void set(int descriptor, int level, int option, int value) throws BindException {
        check("setsockopt", c.setsockopt(descriptor, level, option, new IntByReference(value), Integer.BYTES));
    }

    private int check(String call, int result) throws BindException {
        if (result < 0) {
            int errno = Native.getLastError();
            throw new BindException(call, address + ":" + port, c.strerror(errno) + " (errno " + errno + ")");
        }
        return result;
    }

    int port() {
        return port;
    }

    /** Lets this process's socket go: once no worker has it either, connections are refused. No child starts after it. */
    @Override
    public void close() {
        c.close(STANDARD_INPUT);
    }
}
