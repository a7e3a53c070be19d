package dev.holdfast.bench.http;

import java.util.Locale;

/** What a request came to that was not answered as it should; each counts once. */
public enum Failure {
    /** Nothing listens: ECONNREFUSED; connect(2). */
    REFUSED,
    /** No connection for another reason, too many open files among them. */
    NOT_CONNECTED,
    /** The connection was reset, or ended, before the answer was complete. */
    RESET,
    /** No complete answer in time; the connection is given up. */
    TIMEOUT,
    /** A complete answer with another status than 2xx. */
    BAD_STATUS,
    /** A complete answer with status 2xx whose body the check refused. */
    WRONG_BODY,
    /** What came is not HTTP/1.1, or goes on after the answer's end; the connection is given up. */
    MALFORMED;

    /** As it stands in reports: lower case, words joined by an underscore. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
