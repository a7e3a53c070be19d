package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.daemon.holder.EachPlacement;
import dev.holdfast.daemon.holder.Holder;
import dev.holdfast.daemon.loader.Placement;
import dev.holdfast.daemon.sample.LinearSample;
import dev.holdfast.memory.ArenaKind;
import dev.holdfast.memory.ArenaLayout;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Answers from weights wherever they are against those of the processor with packed weights, at several batch sizes. */
class AgreementTest extends EngineTest {
    private static final double FP32_BOUND = 1e-4;

    /** TF32 rounds operands to 11 significant bits: 5e-4 at most, more after many layers. */
    private static final double TF32_BOUND = 5e-3;

    private static final int INPUTS = 1024;
    private static final int OUTPUTS = 2000;

    @EachPlacement(host = ArenaLayout.SEALED)
    void encoderOfMiniLmsShapesAnswersAsOnTheProcessor(Placement placement) throws Exception {
        EncoderModel.writeTo(base.models());
        List<List<Tensor>> requests = new ArrayList<>();
        for (int[] size : new int[][] {{1, 16}, {3, 7}, {8, 64}, {32, 32}}) {
            requests.add(tokens(Shape.of(size[0], size[1])));
        }
        agree(placement, EncoderModel.NAME, EncoderModel.OUTPUT, requests);
    }

    @EachPlacement(host = ArenaLayout.SEALED)
    void linearLayerAnswersAsOnTheProcessor(Placement placement) throws Exception {
        new LinearSample("linear", INPUTS, OUTPUTS, false).writeTo(base.models());
        List<List<Tensor>> requests = new ArrayList<>();
        for (int rows : new int[] {1, 3, 8, 64}) {
            requests.add(List.of(rows(rows)));
        }
        agree(placement, "linear", "y", requests);
    }

    /** Every other row ends with tokens that do not count. */
    private static List<Tensor> tokens(Shape shape) {
        int width = (int) shape.dimension(1);
        long[] ids = LongStream.range(0, shape.elementCount())
                .map(i -> (1000 + 37 * i) % EncoderModel.VOCABULARY)
                .toArray();
        long[] mask = LongStream.range(0, shape.elementCount())
                .map(i -> i / width % 2 == 1 && i % width >= width * 3 / 4 ? 0 : 1)
                .toArray();
        return List.of(
                new Tensor("input_ids", DataType.INT64, shape, TensorData.ofLongs(ids)),
                new Tensor("attention_mask", DataType.INT64, shape, TensorData.ofLongs(mask)),
                new Tensor("token_type_ids", DataType.INT64, shape, TensorData.ofLongs(new long[ids.length])));
    }

    private static Tensor rows(int rows) {
        float[] x = new float[rows * INPUTS];
        IntStream.range(0, x.length).forEach(i -> x[i] = (i * 37 % 101) / 50f - 1);
        return TestModels.floats("x", Shape.of(rows, INPUTS), x);
    }

    private void agree(Placement placement, String model, String output, List<List<Tensor>> requests) throws Exception {
        List<float[]> expected;
        try (Holder holder = base.start(ArenaLayout.PACKED)) {
            assertThat(holder).isNotNull();
            expected = answers(base, base.engine(), model, output, requests);
        }
        TestHolder other = new TestHolder(root.resolve("other"));
        Files.move(base.models(), other.models(), StandardCopyOption.REPLACE_EXISTING);
        try (Holder holder = other.start(placement)) {
            assertThat(holder).isNotNull();
            assertClose(
                    expected,
                    answers(other, other.engine(), model, output, requests),
                    FP32_BOUND,
                    model + " on " + placement + ", FP32");
            if (placement.kind() != ArenaKind.HOST) {
                EngineConfig rounding = other.engine().withCuda(new CudaConfig(true, OptionalLong.empty()));
                assertClose(
                        expected,
                        answers(other, rounding, model, output, requests),
                        TF32_BOUND,
                        model + " on " + placement + ", TF32");
            }
        }
    }

    private static List<float[]> answers(
            TestHolder holder, EngineConfig config, String model, String output, List<List<Tensor>> requests)
            throws Exception {
        try (Models models = holder.serve(model, config)) {
            return requests.stream()
                    .map(inputs -> models.get(model).infer(InferenceRequest.of(inputs)))
                    .map(response -> TestModels.floats(response.output(output)))
                    .toList();
        }
    }

    private static void assertClose(List<float[]> expected, List<float[]> actual, double bound, String where) {
        for (int i = 0; i < expected.size(); i++) {
            double error = RelativeError.of(actual.get(i), expected.get(i));
            System.out.printf(
                    Locale.ROOT,
                    "measured: %s: %d numbers, relative error %.1e%n",
                    where,
                    expected.get(i).length,
                    error);
            assertThat(error).as(where).isLessThan(bound);
        }
    }
}
