package dev.holdfast.engine;

import java.util.List;
import java.util.OptionalLong;

/**
 * What one run of a session gave.
 *
 * @param outputs of each request, in the batch's order
 * @param firstOnDevice number of the first request on the device's counter, the others follow it
 * @param inputNanos time to put inputs in place
 * @param inferNanos time to compute
 * @param outputNanos time to take outputs out
 */
record Computed(
        List<List<Tensor>> outputs, OptionalLong firstOnDevice, long inputNanos, long inferNanos, long outputNanos) {}
