package dev.holdfast.protocol;

import java.util.List;

/**
 * An input or output of a graph.
 *
 * @param name its name
 * @param type its element type
 * @param shape its dimensions, outermost first; -1 where any size is accepted
 */
public record TensorDeclaration(String name, TensorType type, List<Long> shape) {
    public TensorDeclaration {
        shape = List.copyOf(shape);
    }
}
