package dev.holdfast.natives;

import org.jspecify.annotations.Nullable;

/** A native library can't be unpacked; the message says which, and what to do. */
public final class NativesException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NativesException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
