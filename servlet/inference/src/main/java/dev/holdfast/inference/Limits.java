package dev.holdfast.inference;

/**
 * What a request may not exceed.
 *
 * @param bodyBytes its body, before and after decompression
 * @param tensors its inputs, and the outputs it names
 * @param dimensions of an input
 * @param stringLength any string: in JSON in characters, as a binary element in bytes
 * @param jsonDepth nesting of its JSON
 */
public record Limits(long bodyBytes, int tensors, int dimensions, int stringLength, int jsonDepth) {
    /** What holds unless configured otherwise. */
    public static final Limits DEFAULT = new Limits(64L << 20, 64, 16, 16 << 20, 32);

    /** @throws IllegalArgumentException if one is not positive; names it */
    public Limits {
        requirePositive("bodyBytes", bodyBytes);
        requirePositive("tensors", tensors);
        requirePositive("dimensions", dimensions);
        requirePositive("stringLength", stringLength);
        requirePositive("jsonDepth", jsonDepth);
    }

    private static void requirePositive(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be positive, but is " + value);
        }
    }
}
