package dev.holdfast.control;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The arbiter's end of the control socket, in a directory that only its user may enter; that is all the protection it has.
 * Closing removes the file. One thread accepts, any closes.
 */
public final class ControlSocket implements AutoCloseable {
    static final Logger LOG = LoggerFactory.getLogger(ControlSocket.class);

    private final Path path;
    private final ServerSocketChannel channel;

    private ControlSocket(Path path, ServerSocketChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * Listens at a path; makes its directory if there is none, and takes the place of a socket that nobody listens on.
     *
     * @throws IOException if it can't be made, others may enter the directory, or another arbiter listens there
     */
    public static ControlSocket bind(Path path) throws IOException {
        Path absolute = path.toAbsolutePath().normalize();
        prepare(absolute);
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.bind(UnixDomainSocketAddress.of(absolute));
            return new ControlSocket(absolute, channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw new IOException(
                    "the control socket " + absolute + " can't be made (" + e.getMessage()
                            + "); give --control another path, of at most 100 bytes",
                    e);
        }
    }

    private static void prepare(Path path) throws IOException {
        Path directory = path.getParent();
        if (directory == null) {
            throw new IOException(path + " can't be a socket; give --control a path of a file");
        }
        boolean posix = Files.getFileStore(existing(directory)).supportsFileAttributeView("posix");
        if (Files.notExists(directory)) {
            Files.createDirectories(directory);
            if (posix) {
                Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
            }
        }
        if (posix && !isPrivate(directory)) {
            throw new IOException("others may enter " + directory
                    + ", and with it the arbiter; chmod 700 it, or give --control a path in another directory");
        }
        removeStale(path);
    }

    private static boolean isPrivate(Path directory) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(directory))
                .endsWith("------");
    }

    private static Path existing(Path directory) {
        Path nearest = directory;
        while (Files.notExists(nearest) && nearest.getParent() != null) {
            nearest = nearest.getParent();
        }
        return nearest;
    }

    private static void removeStale(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .isOther()) {
            throw new IOException(path + " is there and is no socket; remove it, or give --control another path");
        }
        try (ControlConnection other = ControlConnection.connect(path)) {
            throw new IOException("another arbiter listens on " + path
                    + "; stop it with `holdfast ctl stop`, or give --control another path");
        } catch (ConnectException e) {
            Files.delete(path);
        }
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    /**
     * Waits for a connection.
     *
     * @throws IOException if the socket was closed
     */
    public ControlConnection accept() throws IOException {
        return new ControlConnection(channel.accept());
    }

    @Override
    public void close() {
        try {
            channel.close();
            Files.deleteIfExists(path);
        } catch (IOException e) {
            LOG.warn("the control socket {} could not be removed: {}", path, e.toString());
        }
    }
}
