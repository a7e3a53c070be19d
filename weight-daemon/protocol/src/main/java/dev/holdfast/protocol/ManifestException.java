package dev.holdfast.protocol;

/** Bytes that are no manifest, or one that this release can't read; the message names the field. */
public final class ManifestException extends RuntimeException {
    ManifestException(String message) {
        super(message);
    }

    ManifestException(String message, Throwable cause) {
        super(message, cause);
    }
}
