package dev.holdfast.engine;

/**
 * An input or output as a version declares it.
 *
 * @param name its name
 * @param type of its elements
 * @param shape its dimensions, -1 where any size is accepted; the first is the batch dimension if the model batches
 */
public record TensorMetadata(String name, DataType type, Shape shape) {}
