package dev.holdfast.daemon.loader;

/** The optimised form in the cache is not what it was when it was made; it is marked, and made again when asked for. */
final class DamagedFormException extends LoadFailure {
    private static final long serialVersionUID = 1L;

    DamagedFormException(String message) {
        super(message);
    }
}
