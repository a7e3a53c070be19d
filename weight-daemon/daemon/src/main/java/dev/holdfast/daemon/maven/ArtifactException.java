package dev.holdfast.daemon.maven;

/** An artifact can't be found, fetched or used; the message says which, why and what to do. */
public final class ArtifactException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ArtifactException(String message) {
        super(message);
    }

    public ArtifactException(String message, Throwable cause) {
        super(message, cause);
    }
}
