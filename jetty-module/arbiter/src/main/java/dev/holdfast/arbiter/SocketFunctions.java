package dev.holdfast.arbiter;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import com.sun.jna.ptr.IntByReference;

/** The C library's functions as {@code sys/socket.h} and {@code unistd.h} declare them; constants of Linux, then macOS. */
interface SocketFunctions extends Library {
    /** {@code bits/socket.h}. */
    int AF_INET = 2;

    /** {@code bits/socket.h}. */
    int AF_INET6 = Platform.isMac() ? 30 : 10;

    /** {@code bits/socket_type.h}. */
    int SOCK_STREAM = 1;

    /** {@code asm-generic/socket.h}. */
    int SOL_SOCKET = Platform.isMac() ? 0xffff : 1;

    /** {@code asm-generic/socket.h}. */
    int SO_REUSEADDR = Platform.isMac() ? 4 : 2;

    /** {@code netinet/in.h}. */
    int IPPROTO_IPV6 = 41;

    /** {@code linux/in6.h}. */
    int IPV6_V6ONLY = Platform.isMac() ? 27 : 26;

    /** {@code fcntl.h}; fcntl(2). */
    int F_SETFD = 2;

    /** {@code fcntl.h}; fcntl(2). */
    int FD_CLOEXEC = 1;

    /** Longest waiting queue; the kernel lowers it to its own limit ({@code net.core.somaxconn}). */
    int BACKLOG = 4096;

    int socket(int family, int type, int protocol);

    int setsockopt(int socket, int level, int option, IntByReference value, int lengthBytes);

    int bind(int socket, byte[] address, int lengthBytes);

    int listen(int socket, int backlog);

    int getsockname(int socket, byte[] address, IntByReference lengthBytes);

    int fcntl(int descriptor, int command, Object... argument);

    int dup2(int from, int to);

    int close(int descriptor);

    String strerror(int errno);

    /** Only where workers can share a socket. */
    static SocketFunctions load() {
        return Native.load(Platform.C_LIBRARY_NAME, SocketFunctions.class);
    }
}
