package dev.holdfast.protocol;

import java.io.IOException;
import java.nio.file.Path;
import org.newsclub.net.unix.AFUNIXSocketAddress;
import org.newsclub.net.unix.AFUNIXSocketChannel;
import org.newsclub.net.unix.ConnectionRefusedSocketException;

/** Tells whether a socket file has somebody behind it. */
final class ListenerProbe {
    private ListenerProbe() {}

    /** @throws IOException if that can't be told, such as for want of permission */
    static boolean someoneListens(Path path) throws IOException {
        try (AFUNIXSocketChannel probe = connect(path)) {
            return true;
        } catch (ConnectionRefusedSocketException e) {
            return false;
        }
    }

    /** Who it is, in parentheses and with a space behind; empty if it can't be told. */
    static String describe(Path path) {
        try (AFUNIXSocketChannel probe = connect(path)) {
            return "(pid " + PeerCredentials.of(probe).pid() + ") ";
        } catch (IOException e) {
            // The message that this is for has its own cause; it only loses the number.
            return "";
        }
    }

    private static AFUNIXSocketChannel connect(Path path) throws IOException {
        AFUNIXSocketChannel channel = AFUNIXSocketChannel.open();
        try {
            // Otherwise connect(2) would wait while a listener that hangs has a full queue.
            channel.configureBlocking(false);
            channel.connect(AFUNIXSocketAddress.of(path));
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }
}
