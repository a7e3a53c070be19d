package dev.holdfast.memory;

import com.sun.jna.Platform;
import java.util.Map;

/** Numbers of {@code errno}: Linux's {@code asm-generic/errno-base.h} and {@code errno.h}, macOS's {@code sys/errno.h}. */
final class Errno {
    static final int EPERM = 1;
    static final int ENOENT = 2;
    static final int EINTR = 4;
    static final int ENOMEM = 12;
    static final int EBUSY = 16;
    static final int EINVAL = 22;
    static final int ENOSPC = 28;
    static final int EWOULDBLOCK = Platform.isMac() ? 35 : 11;
    static final int ELOOP = Platform.isMac() ? 62 : 40;

    private static final Map<Integer, String> NAMES = Map.ofEntries(
            Map.entry(EPERM, "EPERM, operation not permitted"),
            Map.entry(ENOENT, "ENOENT, no such file or directory"),
            Map.entry(EINTR, "EINTR, interrupted"),
            Map.entry(5, "EIO, input/output error"),
            Map.entry(9, "EBADF, not an open descriptor of the right kind"),
            Map.entry(ENOMEM, "ENOMEM, not enough memory or address space"),
            Map.entry(13, "EACCES, permission denied"),
            Map.entry(EBUSY, "EBUSY, in use"),
            Map.entry(17, "EEXIST, exists already"),
            Map.entry(19, "ENODEV, not supported by this kind of file"),
            Map.entry(20, "ENOTDIR, not a directory"),
            Map.entry(21, "EISDIR, is a directory"),
            Map.entry(EINVAL, "EINVAL, invalid argument"),
            Map.entry(23, "ENFILE, too many open files on this machine"),
            Map.entry(24, "EMFILE, too many open files in this process"),
            Map.entry(26, "ETXTBSY, in use as a program"),
            Map.entry(27, "EFBIG, larger than the file size limit"),
            Map.entry(ENOSPC, "ENOSPC, no space left on the device"),
            Map.entry(29, "ESPIPE, not seekable"),
            Map.entry(30, "EROFS, read-only file system"),
            Map.entry(EWOULDBLOCK, "EWOULDBLOCK, locked by another"),
            Map.entry(ELOOP, "ELOOP, is a symbolic link"));

    private Errno() {}

    /** The macro's name, such as {@code ENOMEM}; {@code errno N} for a number not listed here. */
    static String name(int errno) {
        String known = NAMES.get(errno);
        return known == null ? "errno " + errno : known.substring(0, known.indexOf(','));
    }

    /** Name and number with a meaning, for messages. */
    static String describe(int errno) {
        String known = NAMES.get(errno);
        return known == null ? "errno " + errno : known.replaceFirst(",", " (" + errno + "),");
    }
}
