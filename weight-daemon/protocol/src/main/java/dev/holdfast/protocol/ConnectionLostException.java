package dev.holdfast.protocol;

/** The holder closed the connection, or was killed, before it had answered. */
public final class ConnectionLostException extends HolderException {
    ConnectionLostException(String message) {
        super(message);
    }

    ConnectionLostException(String message, Throwable cause) {
        super(message, cause);
    }
}
