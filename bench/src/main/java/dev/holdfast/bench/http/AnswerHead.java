package dev.holdfast.bench.http;

import java.util.Locale;

/**
 * What an answer's status line and header fields say about where it ends; RFC 9112, sections 4, 6 and 9.3.
 *
 * @param status three digits
 * @param closes whether the server closes the connection after this answer
 * @param chunked whether the last transfer coding is chunked
 * @param lengthBytes {@code Content-Length}, or -1 without one
 */
record AnswerHead(int status, boolean closes, boolean chunked, long lengthBytes) {
    private static final int STATUS_AT = "HTTP/1.1 ".length();

    /** @param text all of it, with the empty line at its end */
    static AnswerHead parse(String text) throws MalformedAnswerException {
        String[] lines = text.split("\r?\n", -1);
        int status = status(lines[0]);
        boolean closes = lines[0].startsWith("HTTP/1.0");
        boolean chunked = false;
        long length = -1;
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            String name = colon < 0 ? "" : lines[i].substring(0, colon).toLowerCase(Locale.ROOT);
            String value = lines[i].substring(colon + 1).strip().toLowerCase(Locale.ROOT);
            switch (name) {
                case "connection" -> closes = value.contains("close") || (closes && !value.contains("keep-alive"));
                case "transfer-encoding" -> chunked = value.endsWith("chunked");
                case "content-length" -> length = length(value);
                default -> {
                    // Says nothing about the end.
                }
            }
        }
        return new AnswerHead(status, closes, chunked, length);
    }

    private static int status(String line) throws MalformedAnswerException {
        if (line.matches("HTTP/1\\.[01] [1-9][0-9]{2}( .*)?")) {
            return Integer.parseInt(line, STATUS_AT, STATUS_AT + 3, 10);
        }
        throw new MalformedAnswerException("\"" + line + "\" is no status line");
    }

    private static long length(String value) throws MalformedAnswerException {
        if (value.matches("[0-9]{1,18}")) {
            return Long.parseLong(value);
        }
        throw new MalformedAnswerException("\"" + value + "\" is no Content-Length");
    }

    /** 1xx: another head follows. */
    boolean isInterim() {
        return status < 200;
    }

    BodyFraming framing() {
        if (status == 204 || status == 304) {
            return BodyFraming.ofLength(0);
        }
        if (chunked) {
            return new ChunkedFraming();
        }
        return lengthBytes < 0 ? BodyFraming.untilEnd() : BodyFraming.ofLength(lengthBytes);
    }
}
