package dev.holdfast.daemon.sample;

/** A sample can't be written; the message says why and what to do. */
public final class SampleException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SampleException(String message) {
        super(message);
    }

    SampleException(String message, Throwable cause) {
        super(message, cause);
    }
}
