package dev.holdfast.memory.cuda;

import org.jspecify.annotations.Nullable;

/** CUDA can't be used here, or not as asked; host arenas can. The message says what is missing and what brings it. */
public final class CudaUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What is missing. */
    public enum Reason {
        /** The driver's library is not there or can't be loaded. */
        DRIVER_MISSING,
        /** The driver is there but older than CUDA 12.0. */
        DRIVER_TOO_OLD,
        /** The driver does not start. */
        DRIVER_FAILED,
        /** JCuda's native library can't be unpacked or loaded. */
        BINDING_MISSING,
        /** The driver sees no device. */
        NO_DEVICE,
        /** The device asked for is not among those that the driver sees. */
        OTHER_DEVICE,
        /** The device's memory can't be named by a POSIX descriptor. */
        NO_DESCRIPTORS,
        /** The device's memory can't be shared by CUDA IPC. */
        NO_IPC
    }

    private final Reason reason;

    CudaUnavailableException(Reason reason, String message) {
        this(reason, message, null);
    }

    CudaUnavailableException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /** What is missing. */
    public Reason reason() {
        return reason;
    }
}
