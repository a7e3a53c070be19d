package dev.holdfast.protocol;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The socket calls that junixsocket lacks or gets wrong: poll(2), sendmsg(2) and recvmsg(2) with a control buffer that
 * holds every descriptor a message can carry, and the peer's supplementary groups.
 *
 * <p>junixsocket 2.11.1 receives at most 60 descriptors of a message and leaves them open, with nobody knowing their
 * numbers, if there were more: one client could use up the holder's descriptors. Its received descriptors also lack
 * {@code FD_CLOEXEC}. Constants are those of Linux, then macOS.
 */
final class SocketCalls {
    /** {@code asm-generic/poll.h}. */
    static final int POLLIN = 1;

    /** {@code asm-generic/poll.h}. */
    static final int POLLOUT = 4;

    /** {@code asm-generic/errno-base.h}. */
    static final int EINTR = 4;

    /** {@code asm-generic/errno-base.h}, {@code sys/errno.h}. */
    static final int EAGAIN = Platform.isMac() ? 35 : 11;

    /** {@code asm-generic/socket.h}. */
    static final int SOL_SOCKET = Platform.isMac() ? 0xffff : 1;

    /** {@code linux/socket.h}: {@code MSG_DONTWAIT | MSG_CMSG_CLOEXEC}; macOS can't set the flag on receipt. */
    static final int RECEIVE_FLAGS = Platform.isMac() ? 0x80 : 0x40 | 0x40000000;

    /** {@code linux/socket.h}: {@code MSG_DONTWAIT | MSG_NOSIGNAL}; on macOS the JVM ignores SIGPIPE. */
    static final int SEND_FLAGS = Platform.isMac() ? 0x80 : 0x40 | 0x4000;

    /** {@code asm-generic/socket.h}, since Linux 4.13. */
    private static final int SO_PEERGROUPS = 59;

    /** {@code asm-generic/errno-base.h}. */
    private static final int ERANGE = 34;

    private static final int SHUT_RDWR = 2;

    private static final Functions C = Native.load(Platform.C_LIBRARY_NAME, Functions.class);

    private SocketCalls() {}

    /** Loads the binding, unless that was done. */
    static void prepare() {
        // That this class is initialised is all.
    }

    /** The functions as the headers declare them. */
    interface Functions extends Library {
        int poll(byte[] descriptors, NativeLong count, int timeoutMillis);

        NativeLong recvmsg(int socket, Pointer message, int flags);

        NativeLong sendmsg(int socket, Pointer message, int flags);

        int shutdown(int socket, int how);

        int getsockopt(int socket, int level, int option, int[] value, IntByReference lengthBytes);
    }

    /**
     * Waits until the socket is ready for {@code events}, its peer is gone or the deadline is over.
     *
     * @return false if the deadline came first
     */
    static boolean poll(int socket, int events, Deadline deadline) throws SocketCallException {
        byte[] entry = new byte[8];
        ByteBuffer.wrap(entry).order(ByteOrder.nativeOrder()).putInt(socket).putShort((short) events);
        while (true) {
            int ready = C.poll(entry, new NativeLong(1), deadline.pollMillis());
            if (ready > 0) {
                return true;
            }
            if (ready < 0 && Native.getLastError() != EINTR) {
                throw new SocketCallException("poll", Native.getLastError());
            }
            if (deadline.isOver()) {
                return false;
            }
        }
    }

    /** Bytes received, 0 at the end, or minus the error's number. */
    static int receive(int socket, Pointer message) {
        return resultOrError(C.recvmsg(socket, message, RECEIVE_FLAGS));
    }

    /** Bytes sent, or minus the error's number. */
    static int send(int socket, Pointer message) {
        return resultOrError(C.sendmsg(socket, message, SEND_FLAGS));
    }

    private static int resultOrError(NativeLong result) {
        return result.intValue() < 0 ? -Native.getLastError() : result.intValue();
    }

    /** Ends both directions and wakes whoever polls; fails only if the peer has done so before. */
    static boolean shutdown(int socket) {
        return C.shutdown(socket, SHUT_RDWR) == 0;
    }

    /** The supplementary groups that the peer had when it connected; empty where the kernel can't tell. */
    static List<Long> peerGroups(int socket) throws SocketCallException {
        if (!Platform.isLinux()) {
            return List.of();
        }
        int[] groups = new int[64];
        IntByReference bytes = new IntByReference(groups.length * Integer.BYTES);
        int result = C.getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, groups, bytes);
        if (result < 0 && Native.getLastError() == ERANGE) {
            groups = new int[bytes.getValue() / Integer.BYTES];
            result = C.getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, groups, bytes);
        }
        if (result < 0) {
            throw new SocketCallException("getsockopt(SO_PEERGROUPS)", Native.getLastError());
        }
        return IntStream.of(groups)
                .limit(bytes.getValue() / Integer.BYTES)
                .mapToObj(Integer::toUnsignedLong)
                .toList();
    }
}
