package dev.holdfast.inference;

import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A request's path below the web application, in decoded segments. It is taken from the raw URI, so that a name may have
 * any character where the container lets it pass. Where the servlet is mapped to {@code /*}, the web application's own path
 * stands for {@code /v2}.
 */
final class RequestPath {
    private static final String ROOT = "/v2";

    private RequestPath() {}

    /** @throws RequestRefusedException with 400 if the escapes in it are not UTF-8 */
    static List<String> of(HttpServletRequest request) {
        String path = request.getRequestURI();
        if (path.startsWith(request.getContextPath())) {
            path = path.substring(request.getContextPath().length());
        }
        return segments(request.getServletPath().isEmpty() ? ROOT + path : path);
    }

    /** The segments; a slash at the end makes no difference. */
    static List<String> segments(String path) {
        List<String> segments = new ArrayList<>();
        for (String segment : path.substring(path.startsWith("/") ? 1 : 0).split("/", -1)) {
            int parameters = segment.indexOf(';');
            segments.add(decode(parameters < 0 ? segment : segment.substring(0, parameters)));
        }
        if (segments.size() > 1 && segments.get(segments.size() - 1).isEmpty()) {
            segments.remove(segments.size() - 1);
        }
        return segments;
    }

    /** Percent-decoding (RFC 3986, section 2.1); a plus is a plus. */
    private static String decode(String segment) {
        if (segment.indexOf('%') < 0) {
            return segment;
        }
        byte[] raw = segment.getBytes(StandardCharsets.UTF_8);
        byte[] decoded = new byte[raw.length];
        int length = 0;
        for (int i = 0; i < raw.length; i++) {
            if (raw[i] == '%') {
                decoded[length++] = (byte) (hexDigit(segment, raw, i + 1) << 4 | hexDigit(segment, raw, i + 2));
                i += 2;
            } else {
                decoded[length++] = raw[i];
            }
        }
        return Utf8.decode(Arrays.copyOf(decoded, length)).orElseThrow(() -> malformed(segment));
    }

    private static int hexDigit(String segment, byte[] raw, int index) {
        int digit = index < raw.length ? Character.digit(raw[index], 16) : -1;
        if (digit < 0) {
            throw malformed(segment);
        }
        return digit;
    }

    private static RequestRefusedException malformed(String segment) {
        return RequestRefusedException.malformed("the path segment '" + segment + "' is not percent-encoded UTF-8");
    }
}
