package dev.holdfast.engine;

/** Free text as the value of a {@code key=value} log line. */
final class LogValue {
    private LogValue() {}

    /** In quotation marks, on one line: quotation marks and backslashes escaped, control characters as spaces. */
    static String quoted(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        text.chars().forEach(c -> {
            if (c == '"' || c == '\\') {
                quoted.append('\\');
            }
            quoted.append(Character.isISOControl(c) ? ' ' : (char) c);
        });
        return quoted.append('"').toString();
    }
}
