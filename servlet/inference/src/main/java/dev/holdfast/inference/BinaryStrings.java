package dev.holdfast.inference;

import dev.holdfast.engine.Strings;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * BYTES elements in binary: each a length as an unsigned 32-bit little-endian number, then as many bytes (binary tensor
 * data extension).
 */
final class BinaryStrings {
    /** Bytes of one length. */
    static final int PREFIX_BYTES = 4;

    private BinaryStrings() {}

    /**
     * Reads elements until {@code in} ends.
     *
     * @param expected most elements
     * @param longest most bytes of one
     * @throws RequestRefusedException with 400 if the last is cut off, one is too long, or there are too many
     */
    static Strings read(String tensor, InputStream in, long expected, int longest) {
        List<byte[]> values = new ArrayList<>();
        try {
            for (byte[] prefix = in.readNBytes(PREFIX_BYTES); prefix.length > 0; prefix = in.readNBytes(PREFIX_BYTES)) {
                if (values.size() == expected) {
                    throw RequestRefusedException.input(tensor, "more than the shape's " + expected + " elements");
                }
                values.add(element(tensor, in, length(tensor, prefix), longest));
            }
        } catch (IOException e) {
            throw new IllegalStateException("reading from memory failed", e);
        }
        return new Strings(values);
    }

    private static byte[] element(String tensor, InputStream in, long length, int longest) throws IOException {
        if (length > longest) {
            throw RequestRefusedException.input(
                    tensor, "an element of " + length + " bytes, where " + longest + " are the most");
        }
        byte[] value = in.readNBytes((int) length);
        if (value.length < length) {
            throw RequestRefusedException.input(
                    tensor, "an element announces " + length + " bytes, but " + value.length + " follow");
        }
        return value;
    }

    private static long length(String tensor, byte[] prefix) {
        if (prefix.length < PREFIX_BYTES) {
            throw RequestRefusedException.input(tensor, "the binary data ends within an element's length");
        }
        return (prefix[0] & 0xFFL) | (prefix[1] & 0xFFL) << 8 | (prefix[2] & 0xFFL) << 16 | (prefix[3] & 0xFFL) << 24;
    }

    /** Bytes that the elements take. */
    static long sizeBytes(Strings strings) {
        return strings.sizeBytes() + (long) PREFIX_BYTES * strings.values().size();
    }

    /** One element's length. */
    static byte[] prefix(int length) {
        return new byte[] {(byte) length, (byte) (length >>> 8), (byte) (length >>> 16), (byte) (length >>> 24)};
    }
}
