package dev.holdfast.engine;

import java.util.List;

/**
 * A request that is what its version declares; made by {@link RequestCheck}.
 *
 * @param inputs in the model's order
 * @param outputs those asked for, in that order
 * @param rows size of its batch dimension; 1 if the model does not batch
 * @param sizeBytes of all inputs together
 * @param key what it must share with others to be batched with them
 */
record CheckedRequest(List<Tensor> inputs, List<TensorMetadata> outputs, long rows, long sizeBytes, BatchKey key) {}
