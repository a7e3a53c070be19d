package dev.holdfast.daemon.state;

/** The state directory can't be used or changed; the message names the path and the remedy. */
public final class StateDirectoryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StateDirectoryException(String message) {
        super(message);
    }

    public StateDirectoryException(String message, Throwable cause) {
        super(message, cause);
    }
}
