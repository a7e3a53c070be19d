package dev.holdfast.natives;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The folder that unpacked libraries are kept in, which nobody but its owner may write to: what is loaded from it runs
 * with this process's rights.
 */
public final class NativesDirectory {
    /** System property: where libraries are unpacked to; else the user's cache, else {@code java.io.tmpdir}. */
    public static final String PROPERTY = "holdfast.natives.dir";

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
            return OwnFolder.prepare(directory.toAbsolutePath());
        } catch (IOException e) {
            throw new NativesException(
                    "can't keep native libraries in " + directory + " (" + e + "); name another folder with -D"
                            + PROPERTY,
                    e);
        }
    }

    /**
     * Checks that nobody but root and this process's user may write to {@code directory} or to what is in it.
     *
     * @throws NativesException if others may, or it can't be read; says how to mend it
     */
    public static void requireTrusted(Path directory) {
        try {
            OwnFolder.requireAllOwn(directory);
        } catch (IOException e) {
            throw new NativesException("libraries in " + directory + " are not loaded (" + e.getMessage() + ")", e);
        }
    }

    private static Path inTemporary(NativesException noCache) {
        try {
            Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
            return prepare(temporary.resolve("holdfast-natives-" + OwnFolder.user()));
        } catch (IOException | NativesException e) {
            noCache.addSuppressed(e);
            throw noCache;
        }
    }
}
