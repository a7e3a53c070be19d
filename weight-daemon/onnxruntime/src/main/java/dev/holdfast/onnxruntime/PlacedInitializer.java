package dev.holdfast.onnxruntime;

import java.util.List;

/**
 * Where one initializer lies among weights that are placed by address.
 *
 * @param name its name in the graph
 * @param elementType the number in {@code TensorProto.DataType}
 * @param shape dimensions, outermost first; empty for a scalar
 * @param offsetBytes from the start of the weights
 * @param lengthBytes what it occupies there
 */
public record PlacedInitializer(String name, int elementType, List<Long> shape, long offsetBytes, long lengthBytes) {
    public PlacedInitializer {
        shape = List.copyOf(shape);
    }
}
