package dev.holdfast.engine;

/**
 * A named input or output with its values, in the type it has.
 *
 * @param name as the model declares it
 * @param type of its elements
 * @param shape its dimensions, with the batch dimension first if the model batches
 * @param data its elements in row-major order
 */
public record Tensor(String name, DataType type, Shape shape, TensorData data) {}
