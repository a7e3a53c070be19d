package dev.holdfast.daemon.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import dev.holdfast.daemon.sample.LinearSample;
import dev.holdfast.onnxruntime.Environment;
import dev.holdfast.onnxruntime.LogListener;
import dev.holdfast.onnxruntime.OnnxRuntime;
import dev.holdfast.onnxruntime.OptimizationLevel;
import dev.holdfast.onnxruntime.OrtValue;
import dev.holdfast.onnxruntime.Outputs;
import dev.holdfast.onnxruntime.Session;
import dev.holdfast.onnxruntime.SessionOptions;
import dev.holdfast.protocol.TensorDeclaration;
import dev.holdfast.protocol.TensorType;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GemmBiasTest {
    private static final int ROWS = 3;
    private static final int INPUTS = 7;
    private static final int OUTPUTS = 5;

    @Test
    @Tag("core")
    void aModelWithBiasesApartComputesTheSame(@TempDir Path repository) throws IOException {
        Path whole = new LinearSample("linear", INPUTS, OUTPUTS, false)
                .writeTo(repository)
                .resolve("1/model.onnx");
        Path apart = whole.resolveSibling("apart.onnx");
        Files.write(apart, GemmBias.split(read(whole)).toByteArray());

        assertThat(OnnxModelReader.read(apart).inputs())
                .isEqualTo(OnnxModelReader.read(whole).inputs());
        assertThat(read(apart).toString(StandardCharsets.ISO_8859_1)).contains("Add", "y/without_bias");
        float[] expected = compute(whole);
        float[] computed = compute(apart);
        assertThat(expected).hasSize(ROWS * OUTPUTS);
        for (int i = 0; i < expected.length; i++) {
            assertThat(computed[i]).isCloseTo(expected[i], within(1e-5f));
        }
    }

    @Test
    void namesInUseAreNotTaken() throws IOException {
        ByteString taken = node("Relu", List.of("y"), "y/without_bias", node -> {});
        assertThat(GemmBias.split(model(17, gemm(List.of("x", "w", "b"), 1), taken))
                        .toStringUtf8())
                .contains("y/without_bias_");
    }

    @Test
    void namesOfWeightsAreNotTaken() throws IOException {
        OnnxGraph graph = new OnnxGraph(
                "graph",
                List.of(
                        new OnnxGraph.Node("gemm", "Gemm", List.of("x", "w", "b"), List.of("y"), List.of()),
                        new OnnxGraph.Node("add", "Add", List.of("y", "y/without_bias"), List.of("z"), List.of())),
                List.of(new TensorDeclaration("x", TensorType.FLOAT, List.of(-1L, 1L))),
                List.of(new TensorDeclaration("z", TensorType.FLOAT, List.of(-1L, 1L))),
                List.of(number("w", 1L, 1L), number("b", 1L), number("y/without_bias", 1L)));
        assertThat(GemmBias.split(OnnxModelWriter.write(graph)).toStringUtf8()).contains("y/without_bias_");
    }

    private static OnnxGraph.Initializer number(String name, Long... shape) {
        ByteString one = ByteString.copyFrom(new byte[] {0, 0, (byte) 0x80, 0x3f});
        return new OnnxGraph.Initializer(name, TensorType.FLOAT, List.of(shape), new OnnxGraph.Content.Inline(one));
    }

    @Test
    void aProductWithoutBiasStaysAsItIs() throws IOException {
        ByteString model = model(17, gemm(List.of("x", "w"), 1));
        assertThat(GemmBias.split(model)).isEqualTo(model);
    }

    @Test
    void aScaledBiasStaysWhereItIs() throws IOException {
        ByteString model = model(17, gemm(List.of("x", "w", "b"), 0.5f));
        assertThat(GemmBias.split(model)).isEqualTo(model);
    }

    @Test
    void anOperatorSetThatWantsTheBiasKeepsIt() throws IOException {
        ByteString model = model(10, gemm(List.of("x", "w", "b"), 1));
        assertThat(GemmBias.split(model)).isEqualTo(model);
    }

    @Test
    void whatIsNoModelIsRefused() {
        assertThatThrownBy(() -> GemmBias.split(ByteString.copyFromUtf8("no model")))
                .isInstanceOf(OnnxFormatException.class);
    }

    private static ByteString read(Path file) throws IOException {
        return ByteString.copyFrom(Files.readAllBytes(file));
    }

    private static float[] compute(Path model) {
        OnnxRuntime runtime = OnnxRuntime.load();
        try (Environment environment = Environment.open(runtime, LogListener.NONE);
                SessionOptions options = SessionOptions.create(runtime).optimizationLevel(OptimizationLevel.NONE);
                Session session = Session.open(environment, options, model);
                OrtValue x = OrtValue.allocate(
                        runtime, TensorType.FLOAT.onnxNumber(), List.of((long) ROWS, (long) INPUTS))) {
            FloatBuffer values = x.bytes().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
            while (values.hasRemaining()) {
                values.put(values.position() / 4f - 2);
            }
            try (Outputs outputs = session.run(Map.of("x", x))) {
                float[] y = new float[ROWS * OUTPUTS];
                outputs.get("y")
                        .bytes()
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .asFloatBuffer()
                        .get(y);
                return y;
            }
        }
    }

    private static ByteString gemm(List<String> inputs, float beta) throws IOException {
        ByteString attribute = RawProto.of(output -> {
            output.writeString(OnnxFields.ATTRIBUTE_NAME, "beta");
            output.writeFloat(OnnxFields.ATTRIBUTE_FLOAT, beta);
        });
        return node("Gemm", inputs, "y", output -> output.writeBytes(OnnxFields.NODE_ATTRIBUTE, attribute));
    }

    private static ByteString node(String operator, List<String> inputs, String output, RawProto.Body rest)
            throws IOException {
        return RawProto.of(node -> {
            for (String input : inputs) {
                node.writeString(OnnxFields.NODE_INPUT, input);
            }
            node.writeString(OnnxFields.NODE_OUTPUT, output);
            node.writeString(OnnxFields.NODE_OP_TYPE, operator);
            rest.write(node);
        });
    }

    private static ByteString model(long operatorSet, ByteString... nodes) throws IOException {
        ByteString graph = RawProto.of(output -> {
            for (ByteString node : nodes) {
                output.writeBytes(OnnxFields.GRAPH_NODE, node);
            }
        });
        ByteString opset = RawProto.of(output -> output.writeInt64(OnnxFields.OPSET_VERSION, operatorSet));
        return RawProto.of(output -> {
            output.writeBytes(OnnxFields.MODEL_GRAPH, graph);
            output.writeBytes(OnnxFields.MODEL_OPSET_IMPORT, opset);
        });
    }
}
