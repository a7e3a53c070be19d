package dev.holdfast.memory;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;

/** Calls that only tests make: what an attacker would try, and what passes a descriptor without a socket. */
public interface MoreLibC extends Library {
    MoreLibC CALLS = Native.load("c", MoreLibC.class);

    /** {@code asm-generic/unistd.h}, the same on every architecture; pidfd_open(2). */
    long SYS_PIDFD_OPEN = 434;

    /** {@code asm-generic/unistd.h}, the same on every architecture; pidfd_getfd(2). */
    long SYS_PIDFD_GETFD = 438;

    /** {@code asm-generic/fcntl.h}; fcntl(2). */
    int F_GETFD = 1;

    /** {@code asm-generic/fcntl.h}; fcntl(2). */
    int FD_CLOEXEC = 1;

    int fcntl(int descriptor, int command, Object... argument);

    int mprotect(Pointer address, long lengthBytes, int protection);

    long syscall(long number, Object... arguments);

    /** A copy of another process's descriptor, of the same open file; -1 if the kernel refuses. */
    static int descriptorOf(long pid, int number) {
        long process = CALLS.syscall(SYS_PIDFD_OPEN, pid, 0L);
        if (process < 0) {
            return -1;
        }
        try (OwnedDescriptor pidfd = OwnedDescriptor.owning((int) process)) {
            return (int) CALLS.syscall(SYS_PIDFD_GETFD, (long) pidfd.value(), (long) number, 0L);
        }
    }
}
