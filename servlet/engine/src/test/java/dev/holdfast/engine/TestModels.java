package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.holdfast.daemon.onnx.OnnxGraph;
import dev.holdfast.daemon.onnx.OnnxGraph.Content;
import dev.holdfast.daemon.onnx.OnnxGraph.Initializer;
import dev.holdfast.daemon.onnx.OnnxGraph.Node;
import dev.holdfast.daemon.onnx.OnnxModelWriter;
import dev.holdfast.protocol.TensorDeclaration;
import dev.holdfast.protocol.TensorType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Small models written on the fly, and requests that suit them. */
public final class TestModels {
    /** Every batch may be shared, none is waited for. */
    static final String BATCHING = "max_batch_size: 16 dynamic_batching { }";

    /** Width of a {@link #bias} model that {@link #checkBias} suits. */
    static final int WIDTH = 1024;

    private TestModels() {}

    /** {@code y = x + b}: x and y FP32 [batch, width], b of 4,096 bytes or more, filled with {@code value}. */
    public static void bias(Path models, String name, long version, int width, float value) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(width * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            bytes.putFloat(value);
        }
        Content content = new Content.Inline(ByteString.copyFrom(bytes.flip()));
        Initializer b = new Initializer("b", TensorType.FLOAT, List.of((long) width), content);
        write(
                models,
                name,
                version,
                oneNode("Add", List.of("x", "b"), TensorType.FLOAT, List.of(-1L, (long) width), b));
    }

    /** {@code y = x}. */
    static void identity(Path models, String name, TensorType type, List<Long> shape) throws IOException {
        identity(models, name, 1, type, shape);
    }

    static void identity(Path models, String name, long version, TensorType type, List<Long> shape) throws IOException {
        write(models, name, version, oneNode("Identity", List.of("x"), type, shape));
    }

    /** {@code y = b[x]}: x INT64 [batch], b FP32 [4] = 0, 10, 20, 30; any other index fails the run. */
    static void pick(Path models, String name) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(4 * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putFloat(0).putFloat(10).putFloat(20).putFloat(30);
        Content content = new Content.Inline(ByteString.copyFrom(bytes.flip()));
        OnnxGraph graph = new OnnxGraph(
                "pick",
                List.of(new Node("node", "Gather", List.of("b", "x"), List.of("y"), List.of())),
                List.of(new TensorDeclaration("x", TensorType.INT64, List.of(-1L))),
                List.of(new TensorDeclaration("y", TensorType.FLOAT, List.of(-1L))),
                List.of(new Initializer("b", TensorType.FLOAT, List.of(4L), content)));
        write(models, name, 1, graph);
    }

    /** {@code y} is x in another shape: x FP32 [n], shape INT64 [2], y FP32 of that shape; its batches are one request's. */
    static void reshape(Path models, String name) throws IOException {
        OnnxGraph graph = new OnnxGraph(
                "reshape",
                List.of(new Node("node", "Reshape", List.of("x", "shape"), List.of("y"), List.of())),
                List.of(
                        new TensorDeclaration("x", TensorType.FLOAT, List.of(-1L)),
                        new TensorDeclaration("shape", TensorType.INT64, List.of(2L))),
                List.of(new TensorDeclaration("y", TensorType.FLOAT, List.of(-1L, -1L))),
                List.of());
        write(models, name, 1, graph);
    }

    /** {@code y = x x x ...}, a chain of products of a square matrix: minutes for a large one, nothing for a small. */
    public static void power(Path models, String name, int products) throws IOException {
        power(models, name, products, List.of(-1L, -1L));
    }

    /** As {@link #power(Path, String, int)}, of tensors of that shape. */
    static void power(Path models, String name, int products, List<Long> shape) throws IOException {
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < products; i++) {
            String left = i == 0 ? "x" : "p" + i;
            String right = i == products - 1 ? "y" : "p" + (i + 1);
            nodes.add(new Node("n" + i, "MatMul", List.of(left, "x"), List.of(right), List.of()));
        }
        TensorDeclaration x = new TensorDeclaration("x", TensorType.FLOAT, shape);
        TensorDeclaration y = new TensorDeclaration("y", TensorType.FLOAT, shape);
        write(models, name, 1, new OnnxGraph("power", nodes, List.of(x), List.of(y), List.of()));
    }

    /** Writes the model's {@code config.pbtxt}. */
    static void config(Path models, String name, String text) throws IOException {
        Files.writeString(models.resolve(name).resolve("config.pbtxt"), "name: \"" + name + "\" " + text);
    }

    private static OnnxGraph oneNode(
            String operator, List<String> inputs, TensorType type, List<Long> shape, Initializer... initializers) {
        return new OnnxGraph(
                "one",
                List.of(new Node("node", operator, inputs, List.of("y"), List.of())),
                List.of(new TensorDeclaration("x", type, shape)),
                List.of(new TensorDeclaration("y", type, shape)),
                List.of(initializers));
    }

    static void write(Path models, String name, long version, OnnxGraph graph) throws IOException {
        Path file = models.resolve(name).resolve(Long.toString(version)).resolve("model.onnx");
        Files.createDirectories(file.getParent());
        Files.write(file, OnnxModelWriter.write(graph).toByteArray());
    }

    /** One row of {@code width} equal numbers, as input x. */
    static Tensor row(float value, int width) {
        float[] row = new float[width];
        Arrays.fill(row, value);
        return floats("x", Shape.of(1, width), row);
    }

    /**
     * Calls a {@link #bias} model of {@value #WIDTH} numbers whose every version has its own number as value, and looks at
     * the answer.
     */
    static void checkBias(Model model, int caller) {
        InferenceResponse response = model.infer(InferenceRequest.of(row(caller, WIDTH)));
        assertThat(floats(response.output("y"))).containsOnly(caller + (float) response.version());
    }

    static Tensor floats(String name, Shape shape, float... values) {
        return new Tensor(name, DataType.FP32, shape, TensorData.ofFloats(values));
    }

    /** The FP32 elements of a tensor. */
    static float[] floats(Tensor tensor) {
        ByteBuffer bytes = ((Elements) tensor.data()).bytes();
        float[] values = new float[bytes.remaining() / Float.BYTES];
        bytes.asFloatBuffer().get(values);
        return values;
    }
}
