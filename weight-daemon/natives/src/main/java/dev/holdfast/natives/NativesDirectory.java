package dev.holdfast.natives;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The folder that unpacked libraries are kept in, which nobody but its owner may write to: what is loaded from it runs
 * with this process's rights.
 */
public final class NativesDirectory {
    /** System property: where libraries are unpacked to; else the user's cache, else {@code java.io.tmpdir}. */
    public static final String PROPERTY = "holdfast.natives.dir";

    private static final Set<PosixFilePermission> WRITABLE_BY_OTHERS =
            Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);
    private static final int ROOT = 0;

    private NativesDirectory() {}

    /**
     * The folder named by {@code holdfast.natives.dir}, else {@code holdfast/natives} in the user's cache, else, where
     * that can't be written, a folder of the user's own in {@code java.io.tmpdir}. Made if missing.
     *
     * @throws NativesException if it can't be made or is not safe
     */
    public static Path locate() {
        String named = System.getProperty(PROPERTY);
        if (named != null) {
            return prepare(Path.of(named));
        }
        Path cache = userCache(System.getenv("XDG_CACHE_HOME"), System.getProperty("user.home", ""));
        try {
            return prepare(cache);
        } catch (NativesException noCache) {
            return inTemporary(noCache);
        }
    }

    /** See the XDG Base Directory Specification: the variable counts if it is an absolute path. */
    static Path userCache(@Nullable String cacheHome, String home) {
        boolean usable = cacheHome != null && Path.of(cacheHome).isAbsolute();
        Path cache = usable ? Path.of(cacheHome) : Path.of(home, ".cache");
        return cache.resolve("holdfast").resolve("natives");
    }

    /**
     * Makes {@code directory} if missing, for its owner only, and checks that nobody else may write to it.
     *
     * @throws NativesException if it can't be made or is not safe
     */
    public static Path prepare(Path directory) {
        try {
            Path absolute = directory.toAbsolutePath();
            Path parent = absolute.getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            return privateDirectory(absolute);
        } catch (IOException e) {
            throw new NativesException(
                    "can't keep native libraries in " + directory + " (" + e + "); name another folder with -D"
                            + PROPERTY,
                    e);
        }
    }

    /** Makes {@code directory} with mode 0700 if missing; one that is there must be its owner's alone to write to. */
    static Path privateDirectory(Path directory) throws IOException {
        boolean posix = directory.getFileSystem().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] mode = posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
                }
                : new FileAttribute<?>[0];
        try {
            Files.createDirectory(directory, mode);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(directory)) {
                throw e;
            }
        }
        if (posix) {
            requireOwn(directory);
        }
        return directory;
    }

    /**
     * Checks that nobody but root and this process's user may write to {@code directory} or to what is in it.
     *
     * @throws NativesException if others may, or it can't be read; says how to mend it
     */
    public static void requireTrusted(Path directory) {
        if (!directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            requireOwn(directory);
            for (Path file : files) {
                requireOwn(file);
            }
        } catch (IOException e) {
            throw new NativesException("libraries in " + directory + " are not loaded (" + e.getMessage() + ")", e);
        }
    }

    private static void requireOwn(Path path) throws IOException {
        Path real = path.toRealPath();
        for (PosixFilePermission permission : Files.getPosixFilePermissions(real)) {
            if (WRITABLE_BY_OTHERS.contains(permission)) {
                throw new IOException("others may write to it; chmod go-w " + real);
            }
        }
        int owner = owner(real);
        if (owner != ROOT && owner != user()) {
            throw new IOException(real + " belongs to uid " + owner + ", this process runs as uid " + user());
        }
    }

    private static Path inTemporary(NativesException noCache) {
        try {
            Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
            return prepare(temporary.resolve("holdfast-natives-" + user()));
        } catch (IOException | NativesException e) {
            noCache.addSuppressed(e);
            throw noCache;
        }
    }

    private static int owner(Path file) throws IOException {
        return (Integer) Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    }

    /** The uid this process makes files as. {@code /proc/self} would not do: it is root's once rights were dropped. */
    private static int user() throws IOException {
        Path probe = Files.createTempFile("holdfast", null);
        try {
            return owner(probe);
        } finally {
            Files.delete(probe);
        }
    }
}
