package dev.holdfast.jetty;

/** A server that requires its models did not get them; its start is over. */
public final class NotAttachedException extends RuntimeException {
    /** @param message names the socket, the models, the time waited and the reason */
    NotAttachedException(String message) {
        super(message);
    }
}
