package dev.holdfast.engine;

/** A version can't be served here whatever is tried; the message says why and what to change. */
final class VersionUnusableException extends RuntimeException {
    VersionUnusableException(String message) {
        super(message);
    }
}
