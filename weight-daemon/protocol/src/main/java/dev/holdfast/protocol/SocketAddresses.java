package dev.holdfast.protocol;

import java.io.IOException;
import java.net.BindException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** What can be told of a socket's path before it is used. */
final class SocketAddresses {
    /** {@code sys/un.h}: {@code sun_path} has 108 bytes, 104 on macOS; the last is the NUL. */
    private static final int LONGEST_BYTES = System.getProperty("os.name", "").startsWith("Mac") ? 103 : 107;

    private static final int TYPE_MASK = 0170000;
    private static final int TYPE_SOCKET = 0140000;

    private SocketAddresses() {}

    /** @throws BindException if the path is longer than the kernel takes */
    static void checkLength(Path path) throws BindException {
        Charset encoding = Charset.forName(
                System.getProperty("sun.jnu.encoding", Charset.defaultCharset().name()));
        int bytes = path.toString().getBytes(encoding).length;
        if (bytes > LONGEST_BYTES) {
            throw new BindException("the socket's path has " + bytes + " bytes, but the kernel takes at most "
                    + LONGEST_BYTES + "; choose a shorter one with --socket: " + path);
        }
    }

    /** Whether the file is a socket; {@code S_IFSOCK}, inode(7). */
    static boolean isSocket(Path path) throws IOException {
        Object mode = Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        return mode instanceof Integer bits && (bits & TYPE_MASK) == TYPE_SOCKET;
    }
}
