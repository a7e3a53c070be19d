package dev.holdfast.memory;

/**
 * An arena, or the lock or counter beside it, is not what it was said to be: missing, of another size, not sealed.
 *
 * <p>The message names the file or descriptor, what was expected, what was found, and what to do.
 */
public final class ArenaException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message what is wrong with which object, and the remedy */
    public ArenaException(String message) {
        super(message);
    }

    /**
     * @param message what is wrong with which object, and the remedy
     * @param cause what reported it
     */
    public ArenaException(String message, Throwable cause) {
        super(message, cause);
    }
}
