package dev.holdfast.arbiter;

import java.io.IOException;

/** The address can't be listened on. */
final class BindException extends IOException {
    private static final long serialVersionUID = 1L;

    BindException(String call, String address, String error) {
        super(call + " of " + address + " failed: " + error
                + "; stop what listens there, or give --port or --bind another value");
    }
}
