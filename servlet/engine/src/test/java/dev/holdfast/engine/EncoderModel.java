package dev.holdfast.engine;

import com.google.protobuf.ByteString;
import dev.holdfast.daemon.onnx.OnnxGraph;
import dev.holdfast.daemon.onnx.OnnxGraph.Attribute;
import dev.holdfast.daemon.onnx.OnnxGraph.Content;
import dev.holdfast.daemon.onnx.OnnxGraph.Initializer;
import dev.holdfast.daemon.onnx.OnnxGraph.Node;
import dev.holdfast.protocol.TensorDeclaration;
import dev.holdfast.protocol.TensorType;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;

/**
 * A transformer encoder (BERT: post-norm, GELU by erf, masked attention) of the shapes of all-MiniLM-L6-v2, whose 22.6
 * million weights are pseudo-random: token ids, mask and types INT64 [batch, tokens] in, FP32 [batch, tokens, 384] out.
 */
final class EncoderModel {
    static final String NAME = "encoder";
    static final String OUTPUT = "last_hidden_state";
    static final int VOCABULARY = 30_522;

    private static final int LAYERS = 6;
    private static final long HIDDEN = 384;
    private static final long INNER = 1536;
    private static final long HEADS = 12;
    private static final long POSITIONS = 512;
    private static final long TYPES = 2;
    private static final float MASKED = -10_000;
    private static final String DATA_FILE = "model.onnx.data";

    private final Random random = new Random(4711);
    private final List<Node> nodes = new ArrayList<>();
    private final List<Initializer> initializers = new ArrayList<>();
    private final OutputStream data;
    private long offsetBytes;

    private EncoderModel(OutputStream data) {
        this.data = data;
    }

    /** Writes it as version 1 of {@value #NAME}. */
    static void writeTo(Path models) throws IOException {
        Path version = Files.createDirectories(models.resolve(NAME).resolve("1"));
        try (OutputStream data = new BufferedOutputStream(Files.newOutputStream(version.resolve(DATA_FILE)))) {
            TestModels.write(models, NAME, 1, new EncoderModel(data).graph());
        }
    }

    private OnnxGraph graph() throws IOException {
        constants();
        String hidden = embeddings();
        String mask = mask();
        for (int layer = 0; layer < LAYERS; layer++) {
            hidden = layer("layer" + layer + ".", hidden, mask);
        }
        nodes.add(new Node("answer", "Identity", List.of(hidden), List.of(OUTPUT), List.of()));
        List<TensorDeclaration> inputs = List.of("input_ids", "attention_mask", "token_type_ids").stream()
                .map(name -> new TensorDeclaration(name, TensorType.INT64, List.of(-1L, -1L)))
                .toList();
        TensorDeclaration output = new TensorDeclaration(OUTPUT, TensorType.FLOAT, List.of(-1L, -1L, HIDDEN));
        return new OnnxGraph(NAME, nodes, inputs, List.of(output), initializers);
    }

    private void constants() {
        longs("zero", List.of(), 0);
        longs("step", List.of(), 1);
        longs("middle", List.of(2L), 1, 2);
        longs("split", List.of(4L), 0, 0, HEADS, HIDDEN / HEADS);
        longs("joined", List.of(3L), 0, 0, HIDDEN);
        scalar("masked", MASKED);
        scalar("one", 1);
        scalar("half", 0.5f);
        scalar("root_of_two", (float) Math.sqrt(2));
        scalar("root_of_width", (float) Math.sqrt(HIDDEN / (double) HEADS));
    }

    private String embeddings() throws IOException {
        String words = node("words", "Gather", weights("embeddings.word", 1, VOCABULARY, HIDDEN), "input_ids");
        String count = node(
                "count", "Shape", List.of(new Attribute.OfInt("start", 1), new Attribute.OfInt("end", 2)), "input_ids");
        String range = node("range", "Range", "zero", node("tokens", "Squeeze", count), "step");
        String positions = node("positions", "Gather", weights("embeddings.position", 1, POSITIONS, HIDDEN), range);
        String types = node("types", "Gather", weights("embeddings.type", 1, TYPES, HIDDEN), "token_type_ids");
        return norm("embeddings.", node("sum", "Add", node("typed", "Add", words, types), positions));
    }

    /** 0 for what counts, a large negative number for what does not. */
    private String mask() {
        String heads = node("mask.heads", "Unsqueeze", "attention_mask", "middle");
        List<Attribute> toFloat = List.of(new Attribute.OfInt("to", TensorType.FLOAT.onnxNumber()));
        String floats = node("mask.floats", "Cast", toFloat, heads);
        return node("mask", "Mul", node("mask.off", "Sub", "one", floats), "masked");
    }

    private String layer(String at, String x, String mask) throws IOException {
        String attended = linear(at + "out", attention(at, x, mask), HIDDEN, HIDDEN);
        String middle = norm(at + "attention.", node(at + "first", "Add", attended, x));
        String inner = gelu(at, linear(at + "up", middle, HIDDEN, INNER));
        String outer = linear(at + "down", inner, INNER, HIDDEN);
        return norm(at + "output.", node(at + "second", "Add", outer, middle));
    }

    private String attention(String at, String x, String mask) throws IOException {
        String q = heads(at + "q", x, 0, 2, 1, 3);
        String k = heads(at + "k", x, 0, 2, 3, 1);
        String v = heads(at + "v", x, 0, 2, 1, 3);
        String scores = node(at + "scaled", "Div", node(at + "scores", "MatMul", q, k), "root_of_width");
        String chances = node(at + "softmax", "Softmax", node(at + "masked", "Add", scores, mask));
        String mixed = transposed(at + "mixed", node(at + "mix", "MatMul", chances, v), 0, 2, 1, 3);
        return node(at + "joined", "Reshape", mixed, "joined");
    }

    private String heads(String name, String x, long... permutation) throws IOException {
        String split = node(name + ".split", "Reshape", linear(name, x, HIDDEN, HIDDEN), "split");
        return transposed(name + ".heads", split, permutation);
    }

    private String transposed(String name, String x, long... permutation) {
        return node(
                name,
                "Transpose",
                List.of(new Attribute.OfInts(
                        "perm", LongStream.of(permutation).boxed().toList())),
                x);
    }

    private String linear(String name, String x, long inputs, long outputs) throws IOException {
        float scale = (float) Math.sqrt(3.0 / inputs); // uniform in it: products have the variance of their inputs
        String product = node(name + ".product", "MatMul", x, weights(name + ".weight", scale, inputs, outputs));
        return node(name + ".sum", "Add", product, weights(name + ".bias", 0.1f, outputs));
    }

    private String gelu(String at, String x) {
        String erf = node(at + "erf", "Erf", node(at + "gelu.div", "Div", x, "root_of_two"));
        String twice = node(at + "gelu.mul", "Mul", x, node(at + "gelu.add", "Add", erf, "one"));
        return node(at + "gelu", "Mul", twice, "half");
    }

    private String norm(String at, String x) throws IOException {
        return node(
                at + "norm",
                "LayerNormalization",
                x,
                weights(at + "gamma", 1, HIDDEN),
                weights(at + "beta", 1, HIDDEN));
    }

    private String node(String name, String operator, String... inputs) {
        return node(name, operator, List.of(), inputs);
    }

    private String node(String name, String operator, List<Attribute> attributes, String... inputs) {
        nodes.add(new Node(name, operator, List.of(inputs), List.of(name), attributes));
        return name;
    }

    /** Uniform in [-scale, scale). */
    private String weights(String name, float scale, long... shape) throws IOException {
        long count = LongStream.of(shape).reduce(1, Math::multiplyExact);
        ByteBuffer bytes =
                ByteBuffer.allocate(Math.toIntExact(count) * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            bytes.putFloat(scale * (2 * random.nextFloat() - 1));
        }
        data.write(bytes.array());
        Content content = new Content.External(DATA_FILE, offsetBytes, bytes.capacity());
        offsetBytes += bytes.capacity();
        initializers.add(new Initializer(
                name, TensorType.FLOAT, LongStream.of(shape).boxed().toList(), content));
        return name;
    }

    private void longs(String name, List<Long> shape, long... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        LongStream.of(values).forEach(bytes::putLong);
        inline(name, TensorType.INT64, shape, bytes);
    }

    private void scalar(String name, float value) {
        inline(
                name,
                TensorType.FLOAT,
                List.of(),
                ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN).putFloat(value));
    }

    private void inline(String name, TensorType type, List<Long> shape, ByteBuffer bytes) {
        initializers.add(new Initializer(name, type, shape, new Content.Inline(ByteString.copyFrom(bytes.flip()))));
    }
}
