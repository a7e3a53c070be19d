package dev.holdfast.protocol;

import java.net.SocketException;

/** A call on a socket failed; the message names the call and the error. */
final class SocketCallException extends SocketException {
    private static final long serialVersionUID = 1L;

    SocketCallException(String call, int errno) {
        super(call + " failed with errno " + errno + describe(errno));
    }

    private static String describe(int errno) {
        return switch (errno) {
            case 32 -> " (the other side has closed the connection)";
            case 104 -> " (the other side has closed the connection with data unread)";
            case 24 -> " (too many open files in this process)";
            case 109 -> " (too many descriptors in flight; see RLIMIT_NOFILE)";
            default -> "";
        };
    }
}
