package dev.holdfast.memory;

import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.LongByReference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The C library: the only place where its types, constants and return codes appear.
 *
 * <p>Each method makes one call and turns {@code -1} into a {@link NativeCallException} that carries {@code errno}.
 * Needs a 64-bit Linux or macOS. Constants cite the header they stand in; where Linux architectures differ, the
 * difference is written out. Calls may be made from any thread.
 */
final class LibC {
    /** {@code bits/mman-linux.h}; mmap(2). */
    static final int PROT_READ = 1;

    /** {@code bits/mman-linux.h}; mmap(2). */
    static final int PROT_WRITE = 2;

    /** {@code bits/mman-linux.h}; mmap(2). */
    static final int MAP_SHARED = 1;

    /** {@code asm-generic/fcntl.h}; open(2). */
    static final int O_RDONLY = 0;

    /** {@code asm-generic/fcntl.h}; open(2). */
    static final int O_RDWR = 2;

    /** The access mode's bits in the open flags; {@code asm-generic/fcntl.h}. */
    static final int O_ACCMODE = 3;

    /** {@code asm-generic/fcntl.h}, macOS {@code sys/fcntl.h}; without it, opening a FIFO waits for a writer. */
    static final int O_NONBLOCK = Platform.isMac() ? 0x4 : 0x800;

    /** {@code asm-generic/fcntl.h}, macOS {@code sys/fcntl.h}. */
    static final int O_CLOEXEC = Platform.isMac() ? 0x1000000 : 0x80000;

    /** {@code asm-generic/fcntl.h}, macOS {@code sys/fcntl.h}; ARM and POWER have their own {@code asm/fcntl.h}. */
    static final int O_NOFOLLOW = Platform.isMac() ? 0x100 : Platform.isARM() || Platform.isPPC() ? 0x8000 : 0x20000;

    /** {@code asm-generic/fcntl.h}; fcntl(2). */
    static final int F_GETFL = 3;

    /** {@code linux/fcntl.h}, macOS {@code sys/fcntl.h}; fcntl(2). */
    static final int F_DUPFD_CLOEXEC = Platform.isMac() ? 67 : 1030;

    /** {@code linux/fcntl.h}: {@code F_LINUX_SPECIFIC_BASE + 9}; fcntl(2), "File Sealing". */
    static final int F_ADD_SEALS = 1033;

    /** {@code linux/fcntl.h}: {@code F_LINUX_SPECIFIC_BASE + 10}. */
    static final int F_GET_SEALS = 1034;

    /** {@code sys/file.h}; flock(2). */
    static final int LOCK_SH = 1;

    /** {@code sys/file.h}; flock(2). */
    static final int LOCK_EX = 2;

    /** {@code sys/file.h}; flock(2). */
    static final int LOCK_NB = 4;

    /** {@code linux/memfd.h}; memfd_create(2). */
    static final int MFD_CLOEXEC = 1;

    /** {@code linux/memfd.h}; memfd_create(2). */
    static final int MFD_ALLOW_SEALING = 2;

    /** {@code linux/memfd.h}; since Linux 6.3, and required by it if {@code vm.memfd_noexec} is 2. */
    static final int MFD_NOEXEC_SEAL = 8;

    private static final int SEEK_END = 2;

    /** {@code struct pollfd}: descriptor, events, returned events. */
    private static final int POLLFD_BYTES = 8;

    private static final int POLLFD_RETURNED = 6;

    /** {@code asm-generic/poll.h}: {@code POLLERR | POLLHUP}, which poll(2) reports without being asked. */
    private static final int OTHER_END_CLOSED = 0x8 | 0x10;

    private static final Charset PATH_ENCODING = Charset.forName(
            System.getProperty("sun.jnu.encoding", Charset.defaultCharset().name()));

    private LibC() {}

    /** Whether this platform has a C library that can be called. */
    static boolean isHere() {
        return CFunctions.areHere();
    }

    private static CFunctions functions() {
        return CFunctions.loaded();
    }

    /** open(2) of an existing file, without following a symbolic link at the end of the path. */
    static int open(Path path, int flags) {
        return openAt(path, flags | O_NOFOLLOW);
    }

    /** open(2) through a descriptor's entry in {@code /proc/self/fd}, which is a symbolic link of the kernel's. */
    static int reopen(Path descriptorPath, int flags) {
        return openAt(descriptorPath, flags);
    }

    private static int openAt(Path path, int flags) {
        byte[] name = nullTerminated(path.toString());
        int descriptor;
        do {
            descriptor = functions().open(name, flags | O_CLOEXEC | O_NONBLOCK);
        } while (descriptor < 0 && Native.getLastError() == Errno.EINTR);
        return checked(descriptor, "open", path.toString());
    }

    /** close(2); an interrupted close has closed, on Linux. */
    static void close(int descriptor) {
        if (functions().close(descriptor) < 0 && Native.getLastError() != Errno.EINTR) {
            throw failure("close", "descriptor " + descriptor);
        }
    }

    /** fcntl(2) with {@code F_DUPFD_CLOEXEC}: a second descriptor of the same open file, 3 or higher. */
    static int duplicate(int descriptor) {
        return checked(functions().fcntl(descriptor, F_DUPFD_CLOEXEC, 3), "fcntl(F_DUPFD_CLOEXEC)", named(descriptor));
    }

    /** fcntl(2) with {@code F_GETFL}: access mode and status flags. */
    static int openFlags(int descriptor) {
        return checked(functions().fcntl(descriptor, F_GETFL, 0), "fcntl(F_GETFL)", named(descriptor));
    }

    /** fcntl(2) with {@code F_GET_SEALS}; {@code EINVAL} if the file can't be sealed. */
    static int seals(int descriptor) {
        return checked(functions().fcntl(descriptor, F_GET_SEALS, 0), "fcntl(F_GET_SEALS)", named(descriptor));
    }

    /** fcntl(2) with {@code F_ADD_SEALS}; {@code EBUSY} if a write seal meets a writable mapping. */
    static void addSeals(int descriptor, int seals) {
        checked(functions().fcntl(descriptor, F_ADD_SEALS, seals), "fcntl(F_ADD_SEALS)", named(descriptor));
    }

    /** flock(2) without waiting; false if another open file holds a conflicting lock. */
    static boolean flock(int descriptor, int operation, String what) {
        int result;
        do {
            result = functions().flock(descriptor, operation | LOCK_NB);
        } while (result < 0 && Native.getLastError() == Errno.EINTR);
        if (result < 0 && Native.getLastError() == Errno.EWOULDBLOCK) {
            return false;
        }
        checked(result, "flock", what);
        return true;
    }

    /** ftruncate(2). */
    static void truncate(int descriptor, long lengthBytes, String what) {
        checked(functions().ftruncate(descriptor, lengthBytes), "ftruncate to " + lengthBytes + " bytes", what);
    }

    /** lseek(2) to the end, which for a regular file is its size; the position is not otherwise used. */
    static long sizeBytes(int descriptor) {
        long size = functions().lseek(descriptor, 0, SEEK_END);
        if (size < 0) {
            throw failure("lseek", named(descriptor));
        }
        return size;
    }

    /** mmap(2) of the first {@code lengthBytes} of a file, shared. */
    static long map(int descriptor, long lengthBytes, int protection, String what) {
        Pointer address = functions().mmap(Pointer.NULL, lengthBytes, protection, MAP_SHARED, descriptor, 0);
        if (Pointer.nativeValue(address) == -1) {
            throw failure("mmap", lengthBytes + " bytes of " + what);
        }
        return Pointer.nativeValue(address);
    }

    /** munmap(2). */
    static void unmap(long address, long lengthBytes) {
        checked(functions().munmap(new Pointer(address), lengthBytes), "munmap", lengthBytes + " bytes");
    }

    /** memfd_create(2): an anonymous file in memory that can be sealed. */
    static int createMemfd(String name) {
        byte[] label = nullTerminated(name);
        int flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
        int descriptor = functions().memfd_create(label, flags | MFD_NOEXEC_SEAL);
        if (descriptor < 0 && Native.getLastError() == Errno.EINVAL) {
            descriptor = functions().memfd_create(label, flags); // before Linux 6.3 the third flag is unknown
        }
        return checked(descriptor, "memfd_create", "'" + name + "'");
    }

    /** pipe2(2): the end to read from, then the end to write to. */
    static int[] pipe() {
        int[] ends = new int[2];
        checked(functions().pipe2(ends, O_CLOEXEC), "pipe2", "a pipe");
        return ends;
    }

    /**
     * poll(2) of one end of a pipe, for the close of the last descriptor of the other.
     *
     * @param timeoutMillis 0 to look only, negative to wait without limit
     * @return whether that is so; an interrupted wait may end with false
     */
    static boolean isOtherEndClosed(int descriptor, int timeoutMillis) {
        byte[] entry = new byte[POLLFD_BYTES];
        ByteBuffer fields =
                ByteBuffer.wrap(entry).order(ByteOrder.nativeOrder()).putInt(0, descriptor);
        int ready = functions().poll(entry, new NativeLong(1), timeoutMillis);
        if (ready < 0 && Native.getLastError() == Errno.EINTR) {
            return false;
        }
        checked(ready, "poll", named(descriptor));
        return (fields.getShort(POLLFD_RETURNED) & OTHER_END_CLOSED) != 0;
    }

    /** setsid(2); false if this process leads a process group already ({@code EPERM}). */
    static boolean newSession() {
        int session = functions().setsid();
        if (session < 0 && Native.getLastError() == Errno.EPERM) {
            return false;
        }
        checked(session, "setsid", "this process");
        return true;
    }

    /** sysctlbyname(3) of macOS: the processor's name, such as {@code Apple M2}. Not tested. */
    static String processorModel() {
        byte[] model = new byte[256];
        LongByReference length = new LongByReference(model.length);
        byte[] name = nullTerminated("machdep.cpu.brand_string");
        checked(functions().sysctlbyname(name, model, length, Pointer.NULL, 0), "sysctlbyname", "the processor's name");
        return Native.toString(model, StandardCharsets.UTF_8.name());
    }

    private static byte[] nullTerminated(String text) {
        return (text + '\0').getBytes(PATH_ENCODING);
    }

    private static String named(int descriptor) {
        return "descriptor " + descriptor;
    }

    private static int checked(int result, String call, String what) {
        if (result < 0) {
            throw failure(call, what);
        }
        return result;
    }

    private static NativeCallException failure(String call, String what) {
        return new NativeCallException(call, Native.getLastError(), what);
    }
}
