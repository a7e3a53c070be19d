package dev.holdfast.daemon.journal;

/** The journal can't be read or written; what it should have recorded did not happen. */
public final class JournalException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public JournalException(String message, Throwable cause) {
        super(message, cause);
    }
}
