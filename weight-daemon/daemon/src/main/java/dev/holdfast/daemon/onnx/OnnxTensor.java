package dev.holdfast.daemon.onnx;

import dev.holdfast.protocol.TensorType;
import java.util.List;

/**
 * A tensor that a model carries: an initializer of its graph, or a constant somewhere below it.
 *
 * @param scope where it is, in words for messages; empty for an initializer of the main graph
 * @param name may be empty for a constant
 * @param typeNumber number in {@code TensorProto.DataType}; may be one that Holdfast does not know
 * @param shape dimensions, outermost first; not negative
 * @param location where its values are
 */
public record OnnxTensor(String scope, String name, int typeNumber, List<Long> shape, TensorLocation location) {
    public OnnxTensor {
        shape = List.copyOf(shape);
    }

    /**
     * Its element type.
     *
     * @throws UnsupportedModelException if Holdfast does not know the number
     */
    public TensorType type() {
        try {
            return TensorType.ofOnnxNumber(typeNumber);
        } catch (IllegalArgumentException unknown) {
            throw new UnsupportedModelException(describe() + " has the element type number " + typeNumber
                    + ", which Holdfast does not know; convert it to a type of ONNX 1.16 or earlier");
        }
    }

    /**
     * What its values occupy, by shape and type; 4-bit elements are packed two to a byte.
     *
     * @throws UnsupportedModelException if the type has no fixed width, or the product exceeds 2^63 - 1
     */
    public long byteLength() {
        int bits = type().bitsPerElement();
        if (bits == 0) {
            throw new UnsupportedModelException(describe() + " holds " + type()
                    + " elements, which have no fixed width and can't be shared; keep strings out of the weights");
        }
        try {
            long elements = shape.contains(0L) ? 0 : shape.stream().reduce(1L, Math::multiplyExact);
            return bits >= Byte.SIZE
                    ? Math.multiplyExact(elements, (long) (bits / Byte.SIZE))
                    : Math.addExact(Math.multiplyExact(elements, (long) bits), Byte.SIZE - 1) / Byte.SIZE;
        } catch (ArithmeticException overflow) {
            throw new UnsupportedModelException(describe() + " has the shape " + shape + " of " + type()
                    + ", more bytes than any machine can address; the file is probably damaged");
        }
    }

    /** The tensor in words, for messages. */
    String describe() {
        return scope.isEmpty() ? "initializer '" + name + "'" : "tensor '" + name + "' in " + scope;
    }
}
