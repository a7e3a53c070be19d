package dev.holdfast.daemon.service;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * The directory of the holder's socket: made if missing, enterable by everyone (who may do what is decided by peer
 * credentials), writable by its owner.
 */
final class SocketDirectory {
    private static final Set<PosixFilePermission> PERMISSIONS = PosixFilePermissions.fromString("rwxr-xr-x");

    private SocketDirectory() {}

    /** @throws IOException if it can't be made, or others could replace the socket in it */
    static void prepare(Path socket) throws IOException {
        Path directory = socket.toAbsolutePath().getParent();
        if (directory == null) {
            throw new IOException(socket + " can't be a socket; give --socket a path of a file");
        }
        if (Files.notExists(directory)) {
            create(directory);
        }
        requireSafe(directory);
    }

    private static void create(Path directory) throws IOException {
        try {
            Files.createDirectories(directory);
            // Not as an attribute of the creation, which the umask would narrow: readers must get in.
            Files.setPosixFilePermissions(directory, PERMISSIONS);
        } catch (IOException e) {
            throw new IOException(
                    "the socket's directory " + directory + " can't be made (" + e
                            + "); make it, or give --socket a path this user can write",
                    e);
        }
    }

    /** In a directory that everyone can write, somebody else could put a socket of his in the holder's place. */
    private static void requireSafe(Path directory) throws IOException {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(directory);
        int mode = (int) Files.getAttribute(directory, "unix:mode");
        boolean sticky = (mode & 01000) != 0;
        if (permissions.contains(PosixFilePermission.OTHERS_WRITE) && !sticky) {
            throw new IOException("the socket's directory " + directory
                    + " can be written by everyone, who could replace the socket; chmod o-w it, or give --socket"
                    + " another path");
        }
        if (!Files.isWritable(directory)) {
            throw new IOException("this user can't write the socket's directory " + directory
                    + "; change its owner, or give --socket another path");
        }
    }
}
