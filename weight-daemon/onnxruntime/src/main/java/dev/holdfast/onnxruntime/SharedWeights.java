package dev.holdfast.onnxruntime;

/**
 * A model's graph, optimised offline, whose weights this process shares with others: opened from it, a session has no
 * copy of its own.
 */
public sealed interface SharedWeights permits PackedWeights, PlacedWeights {
    /**
     * Opens a session over the weights.
     *
     * @param options threads, execution providers, log; used as a pattern and left unchanged. What sharing depends on is
     *     set by this method
     * @throws OnnxRuntimeException if ONNX Runtime refuses the graph or its weights
     * @throws WeightsNotSharedException if it would have loaded a copy of its own
     * @throws IllegalStateException if the environment or the options are closed
     */
    Session open(Environment environment, SessionOptions options);
}
