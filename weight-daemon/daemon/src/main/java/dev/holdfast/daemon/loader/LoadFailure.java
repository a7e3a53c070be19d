package dev.holdfast.daemon.loader;

/** A load can't go on; the message is one sentence for whoever asked for it. */
class LoadFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LoadFailure(String message) {
        super(message);
    }

    LoadFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
