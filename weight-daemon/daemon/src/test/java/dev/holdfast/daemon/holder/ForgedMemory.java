package dev.holdfast.daemon.holder;

import com.sun.jna.Library;
import com.sun.jna.Native;
import dev.holdfast.memory.OwnedDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.List;

/** Descriptors that somebody might offer in place of a sealed arena. Linux only. */
final class ForgedMemory {
    /** {@code linux/fcntl.h}: F_SEAL_SEAL, F_SEAL_SHRINK, F_SEAL_GROW, F_SEAL_WRITE. */
    static final int ALL_SEALS = 1 | 2 | 4 | 8;

    /** {@code linux/fcntl.h}. */
    static final int F_SEAL_WRITE = 8;

    /** {@code linux/fcntl.h}. */
    private static final int F_ADD_SEALS = 1033;

    /** {@code linux/memfd.h}: MFD_CLOEXEC, MFD_ALLOW_SEALING. */
    private static final int MEMFD_FLAGS = 1 | 2;

    private static final Calls C = Native.load("c", Calls.class);

    private ForgedMemory() {}

    /** The functions as the headers declare them. */
    interface Calls extends Library {
        int memfd_create(String name, int flags);

        int fcntl(int descriptor, int command, Object... argument);

        int pipe(int[] ends);
    }

    /** A memfd with those bytes and those seals. */
    static OwnedDescriptor memfd(byte[] content, int seals) throws IOException {
        OwnedDescriptor memfd = OwnedDescriptor.owning(C.memfd_create("forged", MEMFD_FLAGS));
        try (FileOutputStream out = new FileOutputStream("/proc/self/fd/" + memfd.value())) {
            out.write(content);
        } catch (IOException e) {
            memfd.close();
            throw e;
        }
        if (seals != 0 && C.fcntl(memfd.value(), F_ADD_SEALS, seals) != 0) {
            memfd.close();
            throw new IOException("fcntl(F_ADD_SEALS) failed: " + Native.getLastError());
        }
        return memfd;
    }

    /** A pipe: its reading end, then its writing end. */
    static List<OwnedDescriptor> pipe() throws IOException {
        int[] ends = new int[2];
        if (C.pipe(ends) != 0) {
            throw new IOException("pipe failed: " + Native.getLastError());
        }
        return List.of(OwnedDescriptor.owning(ends[0]), OwnedDescriptor.owning(ends[1]));
    }
}
