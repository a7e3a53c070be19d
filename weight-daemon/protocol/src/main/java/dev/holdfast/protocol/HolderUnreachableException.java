package dev.holdfast.protocol;

/** No holder answers on the socket; the message names the socket, the cause and the remedy. */
public final class HolderUnreachableException extends HolderException {
    HolderUnreachableException(String message, Throwable cause) {
        super(message, cause);
    }
}
