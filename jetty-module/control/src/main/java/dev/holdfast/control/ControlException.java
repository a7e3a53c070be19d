package dev.holdfast.control;

import java.io.IOException;

/** The other side said what is not a control message, or has another version of them. */
public final class ControlException extends IOException {
    private static final long serialVersionUID = 1L;

    ControlException(String message) {
        super(message);
    }

    ControlException(String message, Throwable cause) {
        super(message, cause);
    }
}
