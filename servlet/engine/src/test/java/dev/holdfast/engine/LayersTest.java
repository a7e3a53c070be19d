package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import dev.holdfast.daemon.holder.EachPlacement;
import dev.holdfast.daemon.holder.Holder;
import dev.holdfast.daemon.loader.Placement;
import dev.holdfast.daemon.onnx.OnnxGraph;
import dev.holdfast.daemon.onnx.OnnxGraph.Content;
import dev.holdfast.daemon.onnx.OnnxGraph.Initializer;
import dev.holdfast.daemon.onnx.OnnxGraph.Node;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.protocol.TensorDeclaration;
import dev.holdfast.protocol.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Layers whose weights ONNX Runtime packs in ways of their own, against plain Java. */
class LayersTest extends EngineTest {
    private static final int CHANNELS = 3;
    private static final int FILTERS = 16;
    private static final int SIDE = 8;
    private static final int KERNEL = 3;
    private static final int OUT = SIDE - KERNEL + 1;
    private static final int WIDTH = 64;
    private static final int COLUMNS = 48;

    private final Random random = new Random(4711);

    @EachPlacement
    void convolutionComputesWhatItsFiltersSay(Placement placement) throws Exception {
        float[] filters = randomFloats(FILTERS * CHANNELS * KERNEL * KERNEL);
        ByteBuffer bytes = ByteBuffer.allocate(filters.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(filters);
        Initializer weights = new Initializer(
                "w", TensorType.FLOAT, List.of(16L, 3L, 3L, 3L), new Content.Inline(ByteString.copyFrom(bytes)));
        OnnxGraph graph = layer(
                "Conv",
                weights,
                TensorType.FLOAT,
                List.of(-1L, 3L, 8L, 8L),
                TensorType.FLOAT,
                List.of(-1L, 16L, 6L, 6L));
        float[] x = randomFloats(CHANNELS * SIDE * SIDE);
        Tensor y = answer(placement, graph, TestModels.floats("x", Shape.of(1, CHANNELS, SIDE, SIDE), x));
        float[] actual = TestModels.floats(y);
        assertThat(actual).hasSize(FILTERS * OUT * OUT);
        for (int i = 0; i < actual.length; i++) {
            int filter = i / (OUT * OUT);
            double expected = convolved(x, filters, filter, i / OUT % OUT, i % OUT);
            assertThat((double) actual[i]).isCloseTo(expected, within(1e-5));
        }
    }

    private static double convolved(float[] x, float[] filters, int filter, int row, int column) {
        double sum = 0;
        for (int i = 0; i < CHANNELS * KERNEL * KERNEL; i++) {
            int channel = i / (KERNEL * KERNEL);
            int at = (channel * SIDE + row + i / KERNEL % KERNEL) * SIDE + column + i % KERNEL;
            sum += (double) filters[filter * CHANNELS * KERNEL * KERNEL + i] * x[at];
        }
        return sum;
    }

    @ParameterizedTest
    @EnumSource(ArenaLayout.class)
    void quantisedProductIsExact(ArenaLayout layout) throws Exception {
        byte[] weights = new byte[WIDTH * COLUMNS];
        byte[] x = new byte[WIDTH];
        random.nextBytes(weights);
        random.nextBytes(x);
        Initializer matrix = new Initializer(
                "w", TensorType.INT8, List.of(64L, 48L), new Content.Inline(ByteString.copyFrom(weights)));
        OnnxGraph graph = layer(
                "MatMulInteger", matrix, TensorType.UINT8, List.of(-1L, 64L), TensorType.INT32, List.of(-1L, 48L));
        Tensor y = answer(
                Placement.onHost(layout),
                graph,
                new Tensor("x", DataType.UINT8, Shape.of(1, WIDTH), new Elements(ByteBuffer.wrap(x))));
        assertThat(y.type()).isEqualTo(DataType.INT32);
        ByteBuffer actual = ((Elements) y.data()).bytes();
        for (int column = 0; column < COLUMNS; column++) {
            int expected = 0;
            for (int i = 0; i < WIDTH; i++) {
                expected += Byte.toUnsignedInt(x[i]) * weights[i * COLUMNS + column];
            }
            assertThat(actual.getInt()).isEqualTo(expected);
        }
    }

    private float[] randomFloats(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = random.nextFloat() - 0.5f;
        }
        return values;
    }

    private static OnnxGraph layer(
            String operator, Initializer weights, TensorType in, List<Long> x, TensorType out, List<Long> y) {
        return new OnnxGraph(
                "layer",
                List.of(new Node("node", operator, List.of("x", "w"), List.of("y"), List.of())),
                List.of(new TensorDeclaration("x", in, x)),
                List.of(new TensorDeclaration("y", out, y)),
                List.of(weights));
    }

    private Tensor answer(Placement placement, OnnxGraph graph, Tensor x) throws Exception {
        TestModels.write(base.models(), "layer", 1, graph);
        try (Holder holder = base.start(placement);
                Models models = base.serve("layer", base.engine())) {
            assertThat(holder).isNotNull();
            return models.get("layer").infer(InferenceRequest.of(x)).output("y");
        }
    }
}
