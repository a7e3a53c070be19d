package dev.holdfast.protocol;

import java.io.IOException;
import java.net.BindException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.newsclub.net.unix.AFUNIXSocket;
import org.newsclub.net.unix.AFUNIXSocketAddress;
import org.newsclub.net.unix.ConnectionRefusedSocketException;

/** Connects to the holder's socket, or says in words why that can't be. */
final class SocketConnector {
    private SocketConnector() {}

    /** @throws HolderUnreachableException if nobody accepts in time */
    static FrameConnection connect(Path path, Deadline deadline) {
        try {
            SocketAddresses.checkLength(path);
            return connected(path, deadline);
        } catch (BindException e) {
            throw new HolderUnreachableException(String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw new HolderUnreachableException(describe(path, e), e);
        }
    }

    private static FrameConnection connected(Path path, Deadline deadline) throws IOException {
        AFUNIXSocket socket = AFUNIXSocket.newInstance();
        try {
            // connect(2) waits while the listener's queue is full, for as long as SO_SNDTIMEO says; socket(7).
            socket.setSoTimeout(connectMillis(deadline));
            socket.connect(AFUNIXSocketAddress.of(path));
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
        return FrameConnection.over(socket.getChannel(), FrameConnection.LARGEST_BODY_BYTES);
    }

    /** 0 waits without limit, as {@link java.net.Socket#setSoTimeout} has it; a deadline without limit polls with -1. */
    private static int connectMillis(Deadline deadline) {
        int millis = deadline.pollMillis();
        return millis < 0 ? 0 : Math.max(1, millis);
    }

    private static String describe(Path path, IOException e) {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return "there is no socket " + path + ": is the holder running? Start it with `holdfast daemon`,"
                    + " or name the socket that it has with --socket or " + SocketPath.VARIABLE;
        }
        if (e instanceof ConnectionRefusedSocketException) {
            return "nobody listens on " + path + ": the holder has ended; start it with `holdfast daemon`";
        }
        if (e instanceof SocketTimeoutException) {
            return "the holder on " + path + " does not accept connections in time";
        }
        if (!Files.isWritable(path)) {
            return "this user may not connect to " + path + "; ask whoever runs the holder for permission";
        }
        return "can't connect to " + path + ": " + e.getMessage();
    }
}
