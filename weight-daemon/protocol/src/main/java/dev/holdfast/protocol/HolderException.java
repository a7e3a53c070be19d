package dev.holdfast.protocol;

/** Something that went wrong between a client and the holder; the message says what to do. */
public class HolderException extends RuntimeException {
    HolderException(String message) {
        super(message);
    }

    HolderException(String message, Throwable cause) {
        super(message, cause);
    }
}
