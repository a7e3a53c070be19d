package dev.holdfast.protocol;

import java.util.List;

/**
 * One initializer's place in an arena.
 *
 * @param name the initializer's name in the graph
 * @param type its element type
 * @param shape its dimensions, outermost first; empty for a scalar
 * @param offsetBytes from the start of the arena
 * @param lengthBytes what it occupies there; may exceed 2 GiB
 */
public record TensorEntry(String name, TensorType type, List<Long> shape, long offsetBytes, long lengthBytes) {
    /** @throws IllegalArgumentException if a dimension, the offset or the length is negative */
    public TensorEntry {
        shape = List.copyOf(shape);
        for (long dimension : shape) {
            if (dimension < 0) {
                throw new IllegalArgumentException("tensor '" + name + "' has a negative dimension in " + shape);
            }
        }
        if (offsetBytes < 0 || lengthBytes < 0 || offsetBytes + lengthBytes < 0) {
            throw new IllegalArgumentException("tensor '" + name + "' has an impossible range: offset " + offsetBytes
                    + ", length " + lengthBytes + " bytes");
        }
    }
}
