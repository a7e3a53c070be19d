package dev.holdfast.onnxruntime;

import java.nio.file.Path;
import java.util.List;

/**
 * What {@link GraphOptimizer} made of a model.
 *
 * @param graph the rewritten graph; its external data names the file {@code weights} beside it
 * @param weights the initializers of 1024 bytes or more; empty if there are none
 * @param inputs what a run must be given, in the graph's order
 * @param outputs what it can answer, in the graph's order
 */
public record OptimizedGraph(Path graph, Path weights, List<TensorInfo> inputs, List<TensorInfo> outputs) {
    public OptimizedGraph {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }
}
