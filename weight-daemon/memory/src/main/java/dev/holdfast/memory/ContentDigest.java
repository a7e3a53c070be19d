package dev.holdfast.memory;

import java.util.regex.Pattern;

/**
 * A SHA-256 value that names content: 64 lower-case hexadecimal digits.
 *
 * @param hex the digits
 */
public record ContentDigest(String hex) {
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

    /** @throws IllegalArgumentException if {@code hex} is not 64 lower-case hexadecimal digits */
    public ContentDigest {
        if (!FORM.matcher(hex).matches()) {
            throw new IllegalArgumentException("a digest is 64 lower-case hexadecimal digits, not '" + hex + "'");
        }
    }

    /** The first twelve digits, for log lines and tables. */
    public String abbreviated() {
        return hex.substring(0, 12);
    }

    @Override
    public String toString() {
        return hex;
    }
}
