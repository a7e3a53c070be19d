package dev.holdfast.inference;

import org.jspecify.annotations.Nullable;

/** A request that is wrong before the engine sees it; the message is one sentence for the client. */
final class RequestRefusedException extends RuntimeException {
    private final int status;

    RequestRefusedException(int status, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.status = status;
    }

    RequestRefusedException(int status, String message) {
        this(status, message, null);
    }

    /** The body is not what the protocol says: 400. */
    static RequestRefusedException malformed(String message) {
        return new RequestRefusedException(400, message);
    }

    /** An input is not what it says of itself: 400. */
    static RequestRefusedException input(String name, String message) {
        return malformed("tensor '" + name + "': " + message);
    }

    int status() {
        return status;
    }
}
