package dev.holdfast.daemon.onnx;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.TensorDeclaration;
import dev.holdfast.protocol.TensorType;
import java.util.List;

/**
 * A graph to be written by {@link OnnxModelWriter}: {@code GraphProto}, as far as samples need it.
 *
 * @param name the graph's name
 * @param nodes in topological order
 * @param inputs its inputs; a dimension of -1 is written as a symbol of its own
 * @param outputs its outputs
 * @param initializers its weights
 */
public record OnnxGraph(
        String name,
        List<Node> nodes,
        List<TensorDeclaration> inputs,
        List<TensorDeclaration> outputs,
        List<Initializer> initializers) {
    public OnnxGraph {
        nodes = List.copyOf(nodes);
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        initializers = List.copyOf(initializers);
    }

    /**
     * A call of an operator of ONNX's default domain.
     *
     * @param name of the node
     * @param operator such as {@code Gemm}
     * @param inputs names of values; an empty one leaves an optional input out
     * @param outputs names of values
     * @param attributes in any order
     */
    public record Node(
            String name, String operator, List<String> inputs, List<String> outputs, List<Attribute> attributes) {
        public Node {
            inputs = List.copyOf(inputs);
            outputs = List.copyOf(outputs);
            attributes = List.copyOf(attributes);
        }
    }

    /** A named attribute of a node. */
    public sealed interface Attribute {
        /** The attribute's name. */
        String name();

        /** A single {@code INT}. */
        record OfInt(String name, long value) implements Attribute {}

        /** {@code INTS}, such as a permutation of axes. */
        record OfInts(String name, List<Long> values) implements Attribute {
            public OfInts {
                values = List.copyOf(values);
            }
        }

        /** A {@code TENSOR}. */
        record OfTensor(String name, Initializer value) implements Attribute {}

        /** A {@code GRAPH}, such as a branch of an {@code If}. */
        record OfGraph(String name, OnnxGraph value) implements Attribute {}
    }

    /**
     * A tensor with its values.
     *
     * @param name its name
     * @param type its element type
     * @param shape dimensions, outermost first
     * @param content its values or where they are
     */
    public record Initializer(String name, TensorType type, List<Long> shape, Content content) {
        public Initializer {
            shape = List.copyOf(shape);
        }
    }

    /** The values of an initializer. */
    public sealed interface Content {
        /** In the model file, little-endian, in row-major order. */
        record Inline(ByteString bytes) implements Content {}

        /** In a file beside the model; offset and length in bytes. */
        record External(String file, long offsetBytes, long lengthBytes) implements Content {}
    }
}
