package dev.holdfast.daemon.repository;

/** A model repository, or one model of it, can't be used; the message names the path, the fault and the remedy. */
public final class RepositoryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RepositoryException(String message) {
        super(message);
    }

    RepositoryException(String message, Throwable cause) {
        super(message, cause);
    }
}
