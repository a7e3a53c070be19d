package dev.holdfast.engine;

import java.util.List;

/**
 * What one run of a session gave.
 *
 * @param outputs of each request, in the batch's order
 * @param inputNanos time to put inputs in place
 * @param inferNanos time to compute
 * @param outputNanos time to take outputs out
 */
record Computed(List<List<Tensor>> outputs, long inputNanos, long inferNanos, long outputNanos) {}
