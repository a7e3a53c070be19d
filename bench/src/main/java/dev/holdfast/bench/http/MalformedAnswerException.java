package dev.holdfast.bench.http;

import java.io.IOException;

/** What a server sent is not an HTTP/1.1 answer, RFC 9112; where it goes on can't be known. */
final class MalformedAnswerException extends IOException {
    private static final long serialVersionUID = 1;

    MalformedAnswerException(String message) {
        super(message);
    }
}
