package dev.holdfast.onnxruntime;

import java.nio.file.Path;

/**
 * Weights in a file beside the graph, prepacked for this processor, which ONNX Runtime maps itself: private and
 * read-write ({@code rw-p}), so that no write ever reaches the file.
 *
 * @param graph the graph's file, as {@link GraphOptimizer} wrote it; no symbolic link leads out of its folder
 */
public record PackedWeights(Path graph) implements SharedWeights {
    @Override
    public Session open(Environment environment, SessionOptions options) {
        try (SessionOptions own = options.copy()) {
            own.optimizationLevel(OptimizationLevel.NONE);
            return Session.open(environment, own, graph);
        }
    }
}
