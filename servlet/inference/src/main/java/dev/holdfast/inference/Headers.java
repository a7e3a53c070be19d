package dev.holdfast.inference;

import jakarta.servlet.http.HttpServletRequest;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** Names of headers, and what they say. */
final class Headers {
    /** Length of the JSON object, where binary data follows it (binary tensor data extension). */
    static final String JSON_LENGTH = "Inference-Header-Content-Length";

    static final String CONTENT_TYPE = "Content-Type";
    static final String CONTENT_ENCODING = "Content-Encoding";
    static final String ACCEPT_ENCODING = "Accept-Encoding";
    static final String ALLOW = "Allow";
    static final String CONNECTION = "Connection";
    static final String RETRY_AFTER = "Retry-After";
    static final String VARY = "Vary";

    static final String JSON = "application/json";
    static final String BINARY = "application/octet-stream";

    private static final Pattern LENGTH = Pattern.compile("\\d{1,18}");

    private Headers() {}

    /** @throws RequestRefusedException with 400 if it is not a whole number of 0 or more */
    static OptionalLong jsonLength(HttpServletRequest request) {
        String value = request.getHeader(JSON_LENGTH);
        if (value == null) {
            return OptionalLong.empty();
        }
        if (!LENGTH.matcher(value).matches()) {
            throw RequestRefusedException.malformed(JSON_LENGTH + " must be a number of bytes, but is '" + value + "'");
        }
        return OptionalLong.of(Long.parseLong(value));
    }
}
