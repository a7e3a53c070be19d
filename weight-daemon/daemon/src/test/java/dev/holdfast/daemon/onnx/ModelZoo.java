package dev.holdfast.daemon.onnx;

import com.google.protobuf.ByteString;
import dev.holdfast.daemon.onnx.OnnxGraph.Attribute;
import dev.holdfast.daemon.onnx.OnnxGraph.Content;
import dev.holdfast.daemon.onnx.OnnxGraph.Initializer;
import dev.holdfast.daemon.onnx.OnnxGraph.Node;
import dev.holdfast.protocol.TensorDeclaration;
import dev.holdfast.protocol.TensorType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Small models written on the fly as entries of a model repository; each method gives the model file. */
public final class ModelZoo {
    /** Where models with external weights keep them. */
    public static final String DATA_FILE = "model.onnx.data";

    private ModelZoo() {}

    /**
     * {@code y = x + b}: x and y FP32 [batch, width], b FP32 [width] external and filled with {@code value}, so that
     * versions can be told apart by what they answer.
     */
    public static Path bias(Path repository, String name, long version, int width, float value) throws IOException {
        Path modelFile = write(repository, name, version, biasGraph(width));
        Files.write(modelFile.resolveSibling(DATA_FILE), floats(width, value).toByteArray());
        return modelFile;
    }

    /** {@code y = x} for any element type, of shape [batch, 3]; no initializers at all. */
    public static Path identity(Path repository, String name, long version, TensorType type) throws IOException {
        return write(repository, name, version, identityGraph(type));
    }

    /** {@code y = cond ? x + 1 : x - 1}, cond BOOL scalar; the constants are inline initializers of the branches. */
    public static Path branches(Path repository, String name, long version) throws IOException {
        return write(repository, name, version, branchesGraph(new Content.Inline(floats(1, 1))));
    }

    /** Writes any graph as a version of a model. */
    public static Path write(Path repository, String name, long version, OnnxGraph graph) throws IOException {
        Path modelFile =
                repository.resolve(name).resolve(Long.toString(version)).resolve("model.onnx");
        Files.createDirectories(modelFile.getParent());
        Files.write(modelFile, OnnxModelWriter.write(graph).toByteArray());
        return modelFile;
    }

    /** The graph of {@link #bias}. */
    public static OnnxGraph biasGraph(int width) {
        Content content = new Content.External(DATA_FILE, 0, (long) width * Float.BYTES);
        return addition(width, new Initializer("b", TensorType.FLOAT, List.of((long) width), content));
    }

    /** The graph of {@link #bias} with another initializer. */
    public static OnnxGraph addition(long width, Initializer summand) {
        return new OnnxGraph(
                "addition",
                List.of(new Node("add", "Add", List.of("x", summand.name()), List.of("y"), List.of())),
                List.of(new TensorDeclaration("x", TensorType.FLOAT, List.of(-1L, width))),
                List.of(new TensorDeclaration("y", TensorType.FLOAT, List.of(-1L, width))),
                List.of(summand));
    }

    static OnnxGraph identityGraph(TensorType type) {
        return new OnnxGraph(
                "identity",
                List.of(new Node("same", "Identity", List.of("x"), List.of("y"), List.of())),
                List.of(new TensorDeclaration("x", type, List.of(-1L, 3L))),
                List.of(new TensorDeclaration("y", type, List.of(-1L, 3L))),
                List.of());
    }

    /** The graph of {@link #branches}, its constants stored as {@code one} says. */
    static OnnxGraph branchesGraph(Content one) {
        return new OnnxGraph(
                "branches",
                List.of(new Node(
                        "choose",
                        "If",
                        List.of("cond"),
                        List.of("y"),
                        List.of(
                                new Attribute.OfGraph("then_branch", branch("Add", "up", one)),
                                new Attribute.OfGraph("else_branch", branch("Sub", "down", one))))),
                List.of(
                        new TensorDeclaration("cond", TensorType.BOOL, List.of()),
                        new TensorDeclaration("x", TensorType.FLOAT, List.of(-1L, 2L))),
                List.of(new TensorDeclaration("y", TensorType.FLOAT, List.of(-1L, 2L))),
                List.of());
    }

    private static OnnxGraph branch(String operator, String output, Content one) {
        String constant = output + "_one";
        return new OnnxGraph(
                output,
                List.of(new Node(output, operator, List.of("x", constant), List.of(output), List.of())),
                List.of(),
                List.of(new TensorDeclaration(output, TensorType.FLOAT, List.of(-1L, 2L))),
                List.of(new Initializer(constant, TensorType.FLOAT, List.of(1L), one)));
    }

    /** {@code count} floats of one value, as they lie in a file. */
    static ByteString floats(int count, float value) {
        ByteBuffer bytes = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            bytes.putFloat(value);
        }
        return ByteString.copyFrom(bytes.flip());
    }
}
