package dev.holdfast.protocol;

import dev.holdfast.memory.ContentDigest;
import java.util.List;

/**
 * The optimised graph of a version.
 *
 * @param sizeBytes length of the {@code graph} file
 * @param digest {@link dev.holdfast.memory.TreeDigest} of that file
 * @param inputs what a request must give, in the graph's order
 * @param outputs what it answers, in the graph's order
 */
public record GraphDescription(
        long sizeBytes, ContentDigest digest, List<TensorDeclaration> inputs, List<TensorDeclaration> outputs) {
    public GraphDescription {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }
}
