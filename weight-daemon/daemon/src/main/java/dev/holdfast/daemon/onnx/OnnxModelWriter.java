package dev.holdfast.daemon.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import dev.holdfast.daemon.onnx.OnnxGraph.Attribute;
import dev.holdfast.daemon.onnx.OnnxGraph.Content;
import dev.holdfast.daemon.onnx.OnnxGraph.Initializer;
import dev.holdfast.daemon.onnx.OnnxGraph.Node;
import dev.holdfast.protocol.TensorDeclaration;
import java.io.IOException;
import java.util.List;

/**
 * Writes graphs as {@code ModelProto} ({@code onnx/onnx.proto}), built in memory: for samples and tests, whose large
 * weights are external. Output depends on the graph alone.
 */
public final class OnnxModelWriter {
    private static final long IR_VERSION = 8;
    private static final long OPSET_VERSION = 17;

    private OnnxModelWriter() {}

    /** The model file's bytes: IR version 8 (ONNX 1.10), operator set 17 of the default domain. */
    public static ByteString write(OnnxGraph graph) {
        return message(model -> {
            model.writeInt64(OnnxFields.MODEL_IR_VERSION, IR_VERSION);
            model.writeString(OnnxFields.MODEL_PRODUCER_NAME, "holdfast");
            model.writeBytes(OnnxFields.MODEL_GRAPH, graph(graph));
            model.writeBytes(
                    OnnxFields.MODEL_OPSET_IMPORT,
                    message(opset -> opset.writeInt64(OnnxFields.OPSET_VERSION, OPSET_VERSION)));
        });
    }

    /** Writes one message's fields. */
    private interface Body {
        void write(CodedOutputStream output) throws IOException;
    }

    private static ByteString message(Body body) {
        ByteString.Output bytes = ByteString.newOutput();
        CodedOutputStream output = CodedOutputStream.newInstance(bytes);
        try {
            body.write(output);
            output.flush();
        } catch (IOException impossible) {
            throw new AssertionError("memory does not fail as a stream", impossible);
        }
        return bytes.toByteString();
    }

    private static ByteString graph(OnnxGraph graph) {
        return message(output -> {
            for (Node node : graph.nodes()) {
                output.writeBytes(OnnxFields.GRAPH_NODE, node(node));
            }
            output.writeString(OnnxFields.GRAPH_NAME, graph.name());
            for (Initializer initializer : graph.initializers()) {
                output.writeBytes(OnnxFields.GRAPH_INITIALIZER, tensor(initializer));
            }
            for (TensorDeclaration input : graph.inputs()) {
                output.writeBytes(OnnxFields.GRAPH_INPUT, value(input));
            }
            for (TensorDeclaration declared : graph.outputs()) {
                output.writeBytes(OnnxFields.GRAPH_OUTPUT, value(declared));
            }
        });
    }

    private static ByteString node(Node node) {
        return message(output -> {
            strings(output, OnnxFields.NODE_INPUT, node.inputs());
            strings(output, OnnxFields.NODE_OUTPUT, node.outputs());
            output.writeString(OnnxFields.NODE_NAME, node.name());
            output.writeString(OnnxFields.NODE_OP_TYPE, node.operator());
            for (Attribute attribute : node.attributes()) {
                output.writeBytes(OnnxFields.NODE_ATTRIBUTE, attribute(attribute));
            }
        });
    }

    private static void strings(CodedOutputStream output, int field, List<String> values) throws IOException {
        for (String value : values) {
            output.writeString(field, value);
        }
    }

    private static ByteString attribute(Attribute attribute) {
        return message(output -> {
            output.writeString(OnnxFields.ATTRIBUTE_NAME, attribute.name());
            if (attribute instanceof Attribute.OfInt number) {
                output.writeInt64(OnnxFields.ATTRIBUTE_INT, number.value());
                output.writeInt32(OnnxFields.ATTRIBUTE_TYPE, OnnxFields.ATTRIBUTE_TYPE_INT);
            } else if (attribute instanceof Attribute.OfInts numbers) {
                for (long value : numbers.values()) {
                    output.writeInt64(OnnxFields.ATTRIBUTE_INTS, value);
                }
                output.writeInt32(OnnxFields.ATTRIBUTE_TYPE, OnnxFields.ATTRIBUTE_TYPE_INTS);
            } else if (attribute instanceof Attribute.OfTensor constant) {
                output.writeBytes(OnnxFields.ATTRIBUTE_TENSOR, tensor(constant.value()));
                output.writeInt32(OnnxFields.ATTRIBUTE_TYPE, OnnxFields.ATTRIBUTE_TYPE_TENSOR);
            } else if (attribute instanceof Attribute.OfGraph branch) {
                output.writeBytes(OnnxFields.ATTRIBUTE_GRAPH, graph(branch.value()));
                output.writeInt32(OnnxFields.ATTRIBUTE_TYPE, OnnxFields.ATTRIBUTE_TYPE_GRAPH);
            }
        });
    }

    private static ByteString tensor(Initializer tensor) {
        return message(output -> {
            for (long dimension : tensor.shape()) {
                output.writeInt64(OnnxFields.TENSOR_DIMS, dimension);
            }
            output.writeInt32(OnnxFields.TENSOR_DATA_TYPE, tensor.type().onnxNumber());
            output.writeString(OnnxFields.TENSOR_NAME, tensor.name());
            if (tensor.content() instanceof Content.Inline inline) {
                output.writeBytes(OnnxFields.TENSOR_RAW_DATA, inline.bytes());
            } else if (tensor.content() instanceof Content.External external) {
                entry(output, "location", external.file());
                entry(output, "offset", Long.toString(external.offsetBytes()));
                entry(output, "length", Long.toString(external.lengthBytes()));
                output.writeInt32(OnnxFields.TENSOR_DATA_LOCATION, OnnxFields.LOCATION_EXTERNAL);
            }
        });
    }

    private static void entry(CodedOutputStream output, String key, String value) throws IOException {
        output.writeBytes(OnnxFields.TENSOR_EXTERNAL_DATA, message(entry -> {
            entry.writeString(OnnxFields.ENTRY_KEY, key);
            entry.writeString(OnnxFields.ENTRY_VALUE, value);
        }));
    }

    private static ByteString value(TensorDeclaration value) {
        ByteString shape = message(output -> {
            for (int axis = 0; axis < value.shape().size(); axis++) {
                output.writeBytes(OnnxFields.SHAPE_DIMENSION, dimension(value, axis));
            }
        });
        ByteString tensorType = message(output -> {
            output.writeInt32(OnnxFields.TENSOR_TYPE_ELEMENT, value.type().onnxNumber());
            output.writeBytes(OnnxFields.TENSOR_TYPE_SHAPE, shape);
        });
        return message(output -> {
            output.writeString(OnnxFields.VALUE_NAME, value.name());
            output.writeBytes(
                    OnnxFields.VALUE_TYPE, message(type -> type.writeBytes(OnnxFields.TYPE_TENSOR, tensorType)));
        });
    }

    private static ByteString dimension(TensorDeclaration value, int axis) {
        long size = value.shape().get(axis);
        return message(output -> {
            if (size >= 0) {
                output.writeInt64(OnnxFields.DIMENSION_VALUE, size);
            } else {
                output.writeString(OnnxFields.DIMENSION_PARAMETER, value.name() + "_" + axis);
            }
        });
    }
}
