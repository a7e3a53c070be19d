package dev.holdfast.inference;

import java.nio.ByteBuffer;

/**
 * Whether bytes are UTF-8 (RFC 3629, section 4), in whatever pieces they come: the JSON parser takes overlong forms for
 * what they spell. One use, one thread.
 */
final class Utf8Check {
    private static final long SIGNS = 0x8080_8080_8080_8080L;

    /** Bytes that the current character still has. */
    private int missing;
    /** The least that the next of them may be. */
    private int least;
    /** The most that the next of them may be. */
    private int most;

    /** Looks at a range; false if it is no part of any text. */
    boolean accepts(ByteBuffer bytes, int from, int to) {
        int at = from;
        while (at < to) {
            if (missing == 0 && to - at >= Long.BYTES && (bytes.getLong(at) & SIGNS) == 0) {
                at += Long.BYTES;
            } else if (!accepts(bytes.get(at++) & 0xFF)) {
                return false;
            }
        }
        return true;
    }

    private boolean accepts(int value) {
        if (missing > 0) {
            boolean within = value >= least && value <= most;
            missing--;
            range(0x80, 0xBF);
            return within;
        }
        if (value >= 0x80) {
            begin(value);
            return value >= 0xC2 && value <= 0xF4;
        }
        return true;
    }

    private void begin(int lead) {
        missing = lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
        range(lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80, lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF);
    }

    private void range(int from, int to) {
        least = from;
        most = to;
    }

    /** Whether the last character is whole. */
    boolean isComplete() {
        return missing == 0;
    }
}
