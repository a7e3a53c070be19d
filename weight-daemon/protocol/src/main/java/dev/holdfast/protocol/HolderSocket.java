package dev.holdfast.protocol;

import dev.holdfast.memory.AdvisoryLock;
import java.io.IOException;
import java.net.BindException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.newsclub.net.unix.AFUNIXServerSocketChannel;
import org.newsclub.net.unix.AFUNIXSocketAddress;
import org.newsclub.net.unix.AFUNIXSocketChannel;
import org.newsclub.net.unix.FileDescriptorCast;

/**
 * The Unix socket on which a holder listens; one holder per path.
 *
 * <p>While it listens, the holder has an exclusive flock on {@code PATH.lock}, so that two which start at once don't
 * both take a stale socket for their own; that file stays behind. The socket has mode 0666: who may ask for what is
 * decided by {@link PeerCredentials}, so that a refusal can be answered and logged. One thread accepts; any may close.
 */
public final class HolderSocket implements AutoCloseable {
    private static final int BACKLOG = 128;

    private final Path path;
    private final AdvisoryLock lock;
    private final AFUNIXServerSocketChannel channel;
    private final int socket;
    private final Map<String, Object> identity;
    private boolean accepting;
    private boolean closed;

    private HolderSocket(Path path, AdvisoryLock lock, AFUNIXServerSocketChannel channel) throws IOException {
        this.path = path;
        this.lock = lock;
        this.channel = channel;
        this.socket = FileDescriptorCast.using(channel.getFileDescriptor()).as(Integer.class);
        this.identity = identity(path);
    }

    /**
     * Listens on the path, whose directory must exist. What a killed holder left there is removed.
     *
     * @throws BindException if another holder or program listens there, something other than a socket is there, or the
     *     path is too long; nothing is changed
     * @throws IOException if the directory can't be written
     */
    public static HolderSocket bind(Path path) throws IOException {
        SocketAddresses.checkLength(path);
        AdvisoryLock lock = lock(path);
        try {
            removeStale(path);
            return listen(path, lock);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static AdvisoryLock lock(Path path) throws IOException {
        Path file = path.resolveSibling(path.getFileName() + ".lock");
        try {
            // Whoever can open a file can lock it, so only the holder's user may.
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (FileAlreadyExistsException e) {
            // It is the flock that counts, not the file.
        }
        return AdvisoryLock.tryExclusiveOn(file)
                .orElseThrow(() -> new BindException(
                        "another holder " + ListenerProbe.describe(path) + "listens on " + path + "; stop it first"));
    }

    private static void removeStale(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!SocketAddresses.isSocket(path)) {
            throw new BindException(path + " is not a socket; move it away, or choose another path with --socket");
        }
        if (ListenerProbe.someoneListens(path)) {
            throw new BindException(
                    "another holder " + ListenerProbe.describe(path) + "listens on " + path + "; stop it first");
        }
        Files.delete(path);
    }

    private static HolderSocket listen(Path path, AdvisoryLock lock) throws IOException {
        AFUNIXServerSocketChannel channel = AFUNIXServerSocketChannel.open();
        try {
            channel.setDeleteOnClose(false);
            channel.bind(AFUNIXSocketAddress.of(path), BACKLOG);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
        return opened(path, lock, channel);
    }

    private static HolderSocket opened(Path path, AdvisoryLock lock, AFUNIXServerSocketChannel channel)
            throws IOException {
        try {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw-rw-"));
            channel.configureBlocking(false);
            return new HolderSocket(path, lock, channel);
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(path);
            channel.close();
            throw e;
        }
    }

    /** The path that clients connect to. */
    public Path path() {
        return path;
    }

    /**
     * Waits for the next client.
     *
     * @return its connection, which accepts bodies up to {@link FrameConnection#SMALL_BODY_BYTES} until told otherwise
     * @throws AsynchronousCloseException if this socket is or gets closed
     * @throws IOException if a client could not be accepted, such as for want of descriptors; try again after a
     *     pause, since the client stays in the queue
     */
    public FrameConnection accept() throws IOException {
        enter();
        try {
            while (true) {
                SocketCalls.poll(socket, SocketCalls.POLLIN, Deadline.NEVER);
                checkOpen();
                AFUNIXSocketChannel client = channel.accept();
                if (client != null) {
                    return FrameConnection.over(client, FrameConnection.SMALL_BODY_BYTES);
                }
            }
        } finally {
            leave();
        }
    }

    private synchronized void enter() throws AsynchronousCloseException {
        checkOpen();
        if (accepting) {
            throw new IllegalStateException("another thread accepts already");
        }
        accepting = true;
    }

    private synchronized void checkOpen() throws AsynchronousCloseException {
        if (closed) {
            throw new AsynchronousCloseException();
        }
    }

    private synchronized void leave() throws IOException {
        accepting = false;
        if (closed) {
            channel.close();
        }
    }

    /** Stops listening and removes the socket file, if it is still this one; further calls do nothing. */
    @Override
    public synchronized void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try (AdvisoryLock released = lock) {
            if (Files.exists(path, LinkOption.NOFOLLOW_LINKS) && identity(path).equals(identity)) {
                Files.delete(path);
            }
        } finally {
            SocketCalls.shutdown(socket);
            if (!accepting) {
                channel.close();
            }
        }
    }

    private static Map<String, Object> identity(Path path) throws IOException {
        return Files.readAttributes(path, "unix:dev,ino", LinkOption.NOFOLLOW_LINKS);
    }
}
