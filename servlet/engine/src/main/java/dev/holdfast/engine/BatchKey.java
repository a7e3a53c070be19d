package dev.holdfast.engine;

import java.util.List;

/**
 * What requests must have in common to share a batch. Types need no mention: they are the model's.
 *
 * @param outputs names of the outputs asked for, in order
 * @param rows shapes of the inputs without their batch dimension, in the model's order
 */
record BatchKey(List<String> outputs, List<Shape> rows) {
    /** What requests have that are never batched. */
    static final BatchKey NONE = new BatchKey(List.of(), List.of());
}
