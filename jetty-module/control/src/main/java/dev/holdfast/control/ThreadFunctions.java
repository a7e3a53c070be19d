package dev.holdfast.control;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;

/** The C library's functions as {@code pthread.h} declares them; constants of Linux. Each returns an error number or 0. */
interface ThreadFunctions extends Library {
    /** {@code pthread.h}. */
    int PTHREAD_PROCESS_SHARED = 1;

    /** {@code pthread.h}. */
    int PTHREAD_MUTEX_ROBUST = 1;

    /** {@code asm-generic/errno.h}: the thread that held a robust mutex has ended. */
    int EOWNERDEAD = 130;

    int pthread_mutexattr_init(Pointer attributes);

    int pthread_mutexattr_setpshared(Pointer attributes, int shared);

    int pthread_mutexattr_setrobust(Pointer attributes, int robust);

    int pthread_mutexattr_destroy(Pointer attributes);

    int pthread_mutex_init(Pointer mutex, Pointer attributes);

    int pthread_mutex_lock(Pointer mutex);

    int pthread_mutex_unlock(Pointer mutex);

    /** From the process itself: older C libraries have them in a library of their own, which every JVM has loaded. */
    static ThreadFunctions load() {
        return Native.load(null, ThreadFunctions.class);
    }
}
