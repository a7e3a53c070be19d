package dev.holdfast.protocol;

/** The other side broke the rules of the protocol; the connection is of no further use. */
public final class ProtocolException extends HolderException {
    /** @param message which rule, and where */
    public ProtocolException(String message) {
        super(message);
    }

    /**
     * @param message which rule, and where
     * @param cause what showed it
     */
    public ProtocolException(String message, Throwable cause) {
        super(message, cause);
    }
}
