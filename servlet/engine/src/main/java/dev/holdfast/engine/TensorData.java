package dev.holdfast.engine;

import java.nio.ByteBuffer;

/**
 * A tensor's elements in row-major order, in their own type: nothing is widened.
 *
 * <p>Elements of fixed width are bytes in little-endian order, as the protocol's binary extension sends them: BOOL one
 * byte of 0 or 1, FP16 and BF16 two. The bytes of a request are copied once, from where they are given to the batch's
 * buffer; they must not change until the request has been answered. A response's are on the Java heap and the caller's
 * for good.
 */
public sealed interface TensorData permits Elements, Pieces, Strings {
    /** Length in bytes; for {@link Strings}, of their contents alone. */
    long sizeBytes();

    /** Elements in one buffer, from its position to its limit; see {@link Elements}. */
    static TensorData of(ByteBuffer bytes) {
        return new Elements(bytes);
    }

    /** FP32 elements; copied. */
    static TensorData ofFloats(float... values) {
        ByteBuffer bytes = Elements.allocate((long) values.length * Float.BYTES);
        bytes.asFloatBuffer().put(values);
        return new Elements(bytes);
    }

    /** FP64 elements; copied. */
    static TensorData ofDoubles(double... values) {
        ByteBuffer bytes = Elements.allocate((long) values.length * Double.BYTES);
        bytes.asDoubleBuffer().put(values);
        return new Elements(bytes);
    }

    /** INT64 elements; copied. */
    static TensorData ofLongs(long... values) {
        ByteBuffer bytes = Elements.allocate((long) values.length * Long.BYTES);
        bytes.asLongBuffer().put(values);
        return new Elements(bytes);
    }

    /** INT32 elements; copied. */
    static TensorData ofInts(int... values) {
        ByteBuffer bytes = Elements.allocate((long) values.length * Integer.BYTES);
        bytes.asIntBuffer().put(values);
        return new Elements(bytes);
    }
}
