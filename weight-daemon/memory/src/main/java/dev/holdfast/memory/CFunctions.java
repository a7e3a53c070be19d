package dev.holdfast.memory;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.LongByReference;

/**
 * The C library's functions as its headers declare them, for 64-bit types; variadic where they are, because some ABIs
 * pass those arguments differently. Called by {@link LibC} alone.
 */
interface CFunctions extends Library {
    int open(byte[] path, int flags, Object... mode);

    int close(int descriptor);

    int fcntl(int descriptor, int command, Object... argument);

    int flock(int descriptor, int operation);

    int ftruncate(int descriptor, long lengthBytes);

    long lseek(int descriptor, long offsetBytes, int whence);

    Pointer mmap(Pointer address, long lengthBytes, int protection, int flags, int descriptor, long offsetBytes);

    int munmap(Pointer address, long lengthBytes);

    /** Linux only. */
    int memfd_create(byte[] name, int flags);

    /** Linux only. */
    int pipe2(int[] ends, int flags);

    /** {@code nfds_t} is an unsigned long on Linux. */
    int poll(byte[] descriptors, NativeLong count, int timeoutMillis);

    int setsid();

    /** macOS only. */
    int sysctlbyname(byte[] name, byte[] value, LongByReference lengthBytes, Pointer newValue, long newBytes);

    /** Whether this platform has the functions and types declared here. */
    static boolean areHere() {
        return Platform.is64Bit() && (Platform.isLinux() || Platform.isMac());
    }

    /**
     * The bound functions, loaded when first used, so that a platform without them fails with a reason and only then.
     *
     * @throws UnsupportedOperationException if JNA or the C library can't be loaded here; says what helps
     */
    static CFunctions loaded() {
        try {
            return Loaded.FUNCTIONS;
        } catch (LinkageError e) {
            Throwable reason = e.getCause() == null ? e : e.getCause();
            throw new UnsupportedOperationException(
                    "the C library can't be called because JNA does not load (" + reason + "); it needs a 64-bit "
                            + "Linux or macOS, and -Djna.tmpdir naming a writable directory mounted without noexec",
                    e);
        }
    }

    /** Its class initialisation is the loading. */
    final class Loaded {
        private static final CFunctions FUNCTIONS = load();

        private Loaded() {}

        private static CFunctions load() {
            if (!areHere()) {
                throw new UnsatisfiedLinkError(
                        "this is " + System.getProperty("os.name") + " on " + System.getProperty("os.arch"));
            }
            return Native.load("c", CFunctions.class);
        }
    }
}
