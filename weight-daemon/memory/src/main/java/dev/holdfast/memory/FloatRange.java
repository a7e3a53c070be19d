package dev.holdfast.memory;

/**
 * Floating-point values that lie one after another in an arena.
 *
 * @param offsetBytes of the first from the start of the arena; in device memory a multiple of the format's bytes
 * @param count of the values
 * @param format of each
 */
public record FloatRange(long offsetBytes, long count, FloatFormat format) {
    /** @throws IllegalArgumentException if the offset or the count is negative, or the bytes are more than 2^63 - 1 */
    public FloatRange {
        if (offsetBytes < 0 || count < 0 || count > (Long.MAX_VALUE - offsetBytes) / format.bytes()) {
            throw new IllegalArgumentException(
                    "no range of values: " + count + " of " + format + " at offset " + offsetBytes);
        }
    }

    /** What they occupy. */
    public long lengthBytes() {
        return count * format.bytes();
    }
}
