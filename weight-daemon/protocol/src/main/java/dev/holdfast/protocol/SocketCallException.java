package dev.holdfast.protocol;

import java.net.SocketException;

/** A call on a socket failed; the message names the call and the error. */
final class SocketCallException extends SocketException {
    private static final long serialVersionUID = 1L;

    /** {@code asm-generic/errno-base.h}. */
    private static final int EPIPE = 32;

    private final int errno;

    SocketCallException(String call, int errno) {
        super(call + " failed with errno " + errno + describe(errno));
        this.errno = errno;
    }

    /** Whether nothing can be sent because the other side has closed; what it sent before may still be received. */
    boolean isPeerGone() {
        return errno == EPIPE;
    }

    private static String describe(int errno) {
        return switch (errno) {
            case EPIPE -> " (the other side has closed the connection)";
            case 104 -> " (the other side has closed the connection with data unread)";
            case 24 -> " (too many open files in this process)";
            case 109 -> " (too many descriptors in flight; see RLIMIT_NOFILE)";
            default -> "";
        };
    }
}
