package dev.holdfast.natives;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A folder that only root and this process's user may write to, as what is in it runs with this process's rights: libraries,
 * archives of classes. Where the file system has no POSIX permissions, nothing is checked.
 *
 * <p>Each refusal is an {@link IOException} that names the folder or file and says how to mend it.
 */
public final class OwnFolder {
    private static final int WRITABLE_BY_OTHERS = 022;
    private static final int STICKY = 01000;
    private static final int ROOT = 0;

    private OwnFolder() {}

    /**
     * Makes {@code directory} and what is missing above it, with mode 0700 whatever the umask, and checks that nobody else may
     * write to it.
     *
     * @return {@code directory}
     * @throws IOException if it can't be made or others may write to it
     */
    public static Path prepare(Path directory) throws IOException {
        Path absolute = directory.toAbsolutePath();
        Path parent = absolute.getParent();
        if (parent != null) {
            Files.createDirectories(parent, mode(absolute));
        }
        try {
            Files.createDirectory(absolute, mode(absolute));
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(absolute)) {
                throw e;
            }
        }
        requireOwn(absolute);
        return directory;
    }

    /**
     * {@link #prepare} for files that are opened by name long after: nobody else may put another folder in its place either, so
     * each one above it is root's or the user's, and others may not write to it, or only add to it (as to {@code /tmp}).
     *
     * @return the folder without symbolic links on the way, which might be changed later
     * @throws IOException if it can't be made, or others may write to it or replace it
     */
    public static Path prepareForLater(Path directory) throws IOException {
        Path real = prepare(directory).toRealPath();
        // Again: it may lead elsewhere by now.
        requireOwn(real);
        if (isPosix(real)) {
            for (Path above = real.getParent(); above != null; above = above.getParent()) {
                requireOwner(above);
                if ((unixMode(above) & STICKY) == 0) {
                    requireClosed(above);
                }
            }
        }
        return real;
    }

    /** Checks that nobody but root and this process's user may write to the folder or file that {@code path} leads to. */
    static void requireOwn(Path path) throws IOException {
        Path real = path.toRealPath();
        if (isPosix(real)) {
            requireClosed(real);
            requireOwner(real);
        }
    }

    /** The same of a folder and what is in it. */
    static void requireAllOwn(Path directory) throws IOException {
        requireOwn(directory);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                requireOwn(file);
            }
        }
    }

    /**
     * Whether {@code file} is there, and what it is then: written by root or this process's user, and by nobody else.
     *
     * @throws IOException if it may be of somebody else, or is no regular file
     */
    public static boolean hasOwnFile(Path file) throws IOException {
        if (Files.notExists(file, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        try {
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                throw new IOException("it is no regular file");
            }
            requireOwn(file);
            return true;
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw new IOException(file + " is not trusted; remove it (" + e.getMessage() + ")", e);
        }
    }

    private static boolean isPosix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    private static FileAttribute<?>[] mode(Path path) {
        return isPosix(path)
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
                }
                : new FileAttribute<?>[0];
    }

    private static void requireClosed(Path real) throws IOException {
        if ((unixMode(real) & WRITABLE_BY_OTHERS) != 0) {
            throw new IOException("others may write to it; chmod go-w " + real);
        }
    }

    private static void requireOwner(Path real) throws IOException {
        int owner = owner(real);
        // Root's needs no look at who this is, which takes a folder to write to.
        if (owner == ROOT) {
            return;
        }
        int user = user();
        if (owner != user) {
            throw new IOException(real + " belongs to uid " + owner + ", this process runs as uid " + user);
        }
    }

    private static int unixMode(Path file) throws IOException {
        return (Integer) Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    }

    private static int owner(Path file) throws IOException {
        return (Integer) Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    }

    /** The uid this process makes files as. {@code /proc/self} would not do: it is root's once rights were dropped. */
    static int user() throws IOException {
        Path probe = Files.createTempFile("holdfast", null);
        try {
            return owner(probe);
        } finally {
            Files.delete(probe);
        }
    }
}
