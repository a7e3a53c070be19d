package dev.holdfast.onnxruntime;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A small ONNX model being written, field by field as {@code onnx.proto} numbers them. */
final class OnnxFile {
    static final int FLOAT = 1;
    static final int INT64 = 7;

    private interface Fields {
        void writeTo(CodedOutputStream out) throws IOException;
    }

    private final ByteArrayOutputStream graph = new ByteArrayOutputStream();

    /** {@code y = xW}, {@code W} being size x size with {@code W[i][j] = weight(i, j)}. */
    static OnnxFile matMul(int size) {
        return new OnnxFile()
                .input("x", FLOAT, -1, size)
                .output("y", FLOAT, -1, size)
                .initializer("W", FLOAT, matrix(size), size, size)
                .node("MatMul", List.of("x", "W"), "y");
    }

    /** {@code y = x + x}, for any shape of the given rank; no weights at all. */
    static OnnxFile doubling(int rank) {
        long[] shape = new long[rank];
        java.util.Arrays.fill(shape, -1);
        return new OnnxFile().input("x", FLOAT, shape).output("y", FLOAT, shape).node("Add", List.of("x", "x"), "y");
    }

    static float weight(int row, int column) {
        return (row * 31 + column * 17) % 13 - 6;
    }

    static byte[] matrix(int size) {
        ByteBuffer bytes = ByteBuffer.allocate(size * size * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < size * size; i++) {
            bytes.putFloat(weight(i / size, i % size));
        }
        return bytes.array();
    }

    OnnxFile input(String name, int type, long... shape) {
        return graphField(11, valueInfo(name, type, shape));
    }

    /** An input that is a sequence of tensors. */
    OnnxFile sequenceInput(String name, int type) {
        byte[] element = message(sequence -> sequence.writeByteArray(1, tensorType(type)));
        return graphField(11, message(info -> {
            info.writeString(1, name);
            info.writeByteArray(2, message(value -> value.writeByteArray(4, element)));
        }));
    }

    OnnxFile output(String name, int type, long... shape) {
        return graphField(12, valueInfo(name, type, shape));
    }

    OnnxFile initializer(String name, int type, byte[] data, long... shape) {
        return graphField(5, message(tensor -> {
            writeTensor(tensor, name, type, shape);
            tensor.writeBytes(9, ByteString.copyFrom(data));
        }));
    }

    OnnxFile external(String name, int type, String location, long offset, long length, long... shape) {
        return graphField(5, message(tensor -> {
            writeTensor(tensor, name, type, shape);
            for (Map.Entry<String, String> entry : List.of(
                    Map.entry("location", location),
                    Map.entry("offset", Long.toString(offset)),
                    Map.entry("length", Long.toString(length)))) {
                tensor.writeByteArray(13, message(pair -> {
                    pair.writeString(1, entry.getKey());
                    pair.writeString(2, entry.getValue());
                }));
            }
            tensor.writeEnum(14, 1);
        }));
    }

    OnnxFile node(String operator, List<String> inputs, String output) {
        return graphField(1, message(node -> {
            for (String input : inputs) {
                node.writeString(1, input);
            }
            node.writeString(2, output);
            node.writeString(3, operator + "_" + output);
            node.writeString(4, operator);
        }));
    }

    Path writeTo(Path file) {
        byte[] model = message(out -> {
            out.writeInt64(1, 8);
            out.writeByteArray(7, message(fields -> {
                fields.writeRawBytes(graph.toByteArray());
                fields.writeString(2, "test");
            }));
            out.writeByteArray(8, message(opset -> opset.writeInt64(2, 17)));
        });
        try {
            return Files.write(file, model);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private OnnxFile graphField(int number, byte[] value) {
        graph.writeBytes(message(out -> out.writeByteArray(number, value)));
        return this;
    }

    private static void writeTensor(CodedOutputStream tensor, String name, int type, long[] shape) throws IOException {
        for (long dimension : shape) {
            tensor.writeInt64(1, dimension);
        }
        tensor.writeInt32(2, type);
        tensor.writeString(8, name);
    }

    private static byte[] valueInfo(String name, int type, long... shape) {
        return message(info -> {
            info.writeString(1, name);
            info.writeByteArray(2, tensorType(type, shape));
        });
    }

    private static byte[] tensorType(int type, long... shape) {
        byte[] dimensions = message(out -> {
            for (long dimension : shape) {
                out.writeByteArray(1, message(each -> {
                    if (dimension < 0) {
                        each.writeString(2, "any");
                    } else {
                        each.writeInt64(1, dimension);
                    }
                }));
            }
        });
        return message(value -> value.writeByteArray(1, message(tensor -> {
            tensor.writeInt32(1, type);
            tensor.writeByteArray(2, dimensions);
        })));
    }

    private static byte[] message(Fields fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            fields.writeTo(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
