package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.daemon.holder.EachPlacement;
import dev.holdfast.daemon.holder.Holder;
import dev.holdfast.daemon.loader.Placement;
import dev.holdfast.daemon.sample.LinearSample;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.protocol.HolderClient;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Requests and their answers over a real holder. */
class InferenceTest extends EngineTest {
    private static final int CALLS = 20;

    @EachPlacement
    @Tag("core")
    void linearComputesWhatItsWeightsSay(Placement placement) throws Exception {
        LinearSample sample = new LinearSample("linear", 64, 24, false);
        sample.writeTo(base.models());
        try (Holder holder = base.start(placement);
                Models models = base.serve("linear", base.engine())) {
            assertThat(holder).isNotNull();
            float[] x = new float[2 * 64];
            for (int i = 0; i < x.length; i++) {
                x[i] = (i * 37 % 101) / 50f - 1;
            }
            InferenceResponse response =
                    models.get("linear").infer(InferenceRequest.of(TestModels.floats("x", Shape.of(2, 64), x)));
            float[] y = TestModels.floats(response.output("y"));
            assertThat(response.output("y").shape()).isEqualTo(Shape.of(2, 24));
            for (int i = 0; i < y.length; i++) {
                assertThat((double) y[i]).isCloseTo(expected(sample, x, i / 24, i % 24), within(1e-5));
            }
        }
    }

    private static double expected(LinearSample sample, float[] x, int row, int output) {
        double y = sample.bias(output);
        for (int column = 0; column < 64; column++) {
            y += (double) sample.weight(output, column) * x[row * 64 + column];
        }
        return y;
    }

    private static org.assertj.core.data.Offset<Double> within(double error) {
        return org.assertj.core.data.Offset.offset(error);
    }

    @EachPlacement(host = ArenaLayout.PACKED)
    void everyAnswerCountsOnceAndNamesItsVersion(Placement placement) throws Exception {
        TestModels.bias(base.models(), "bias", 7, 1024, 2);
        try (Holder holder = base.start(placement);
                Models models = base.serve("bias", base.engine())) {
            assertThat(holder).isNotNull();
            Model model = models.get("bias");
            for (int i = 1; i <= CALLS; i++) {
                InferenceResponse response =
                        model.infer(InferenceRequest.of(TestModels.row(i, 1024)).withId("call " + i));
                assertThat(response.counter()).isEqualTo(i);
                assertThat(response.version()).isEqualTo(7);
                assertThat(response.id()).isEqualTo("call " + i);
                assertThat(TestModels.floats(response.output("y"))).containsOnly(i + 2f);
            }
            assertThat(model.counter()).isEqualTo(CALLS);
            VersionStatistics statistics = model.statistics().get(0);
            assertThat(statistics.inferenceCount()).isEqualTo(CALLS);
            assertThat(statistics.executionCount()).isEqualTo(CALLS);
            assertThat(statistics.success().count()).isEqualTo(CALLS);
            assertThat(statistics.batches()).hasSize(1);
        }
    }

    @EachPlacement(host = ArenaLayout.SEALED)
    void modelsBesideEachOtherAnswerFromTheirOwnWeights(Placement placement) throws Exception {
        TestModels.bias(base.models(), "one", 1, 1024, 1);
        TestModels.bias(base.models(), "two", 1, 1024, 2);
        try (Holder holder = base.start(placement)) {
            assertThat(holder).isNotNull();
            base.load("one");
            try (Models models = base.serve("two", base.engine().withModels(Set.of("one", "two")));
                    HolderClient client = base.client()) {
                Model one = models.get("one");
                Model two = models.get("two");
                InferenceRequest request = InferenceRequest.of(TestModels.row(10, 1024));
                for (int i = 0; i < CALLS; i++) {
                    assertThat(TestModels.floats(one.infer(request).output("y")))
                            .containsOnly(11f);
                    assertThat(TestModels.floats(two.infer(request).output("y")))
                            .containsOnly(12f);
                }
                client.unload("one", Optional.empty(), true);
                TestHolder.await(() -> !one.ready(), "the end of one");
                assertThat(TestModels.floats(two.infer(request).output("y"))).containsOnly(12f);
            }
        }
    }

    /** Also on a device such an input is read by the processor. */
    @EachPlacement(host = ArenaLayout.PACKED)
    void shapeThatIsAnInputIsReadAnewInEachRun(Placement placement) throws Exception {
        TestModels.reshape(base.models(), "reshape");
        try (Holder holder = base.start(placement);
                Models models = base.serve("reshape", base.engine())) {
            assertThat(holder).isNotNull();
            Model model = models.get("reshape");
            float[] values = {1, 2, 3, 4, 5, 6};
            Tensor x = TestModels.floats("x", Shape.of(6), values);
            for (long rows : new long[] {2, 3, 1, 6, 2}) {
                Tensor shape = new Tensor("shape", DataType.INT64, Shape.of(2), TensorData.ofLongs(rows, 6 / rows));
                Tensor y = model.infer(InferenceRequest.of(x, shape)).output("y");
                assertThat(y.shape()).isEqualTo(Shape.of(rows, 6 / rows));
                assertThat(TestModels.floats(y)).containsExactly(values);
            }
        }
    }

    @EachPlacement(host = ArenaLayout.PACKED)
    void badRequestsAreRefusedByNameAndNothingElseIsHurt(Placement placement) throws Exception {
        TestModels.bias(base.models(), "bias", 1, 4, 1);
        TestModels.config(base.models(), "bias", TestModels.BATCHING);
        try (Holder holder = base.start(placement);
                Models models = base.serve("bias", base.engine())) {
            assertThat(holder).isNotNull();
            Model model = models.get("bias");
            Tensor good = TestModels.row(1, 4);
            refused(model, "'x': expected FP32 [-1, 4], received no such input");
            refused(model, "'x': expected one input of that name, received two", good, good);
            refused(model, "'z': expected one of the inputs [x]", good, renamed(good, "z"));
            refused(model, "'x': expected shape [-1, 4], received shape [1, 5]", TestModels.row(1, 5));
            refused(model, "'x': expected shape [-1, 4], received shape [4]", shaped(Shape.of(4), 16));
            refused(model, "expected a batch of 1 to 16, received shape [17, 4]", shaped(Shape.of(17, 4), 17 * 16));
            refused(model, "expected a batch of 1 to 16, received shape [0, 4]", shaped(Shape.of(0, 4), 0));
            refused(model, "expected 32 bytes for FP32 [2, 4], received 31 bytes", shaped(Shape.of(2, 4), 31));
            refused(model, "expected less than 2 GiB", shaped(Shape.of(1L << 40, 4), 16));
            refused(model, "dimensions of 0 or more", shaped(Shape.of(Long.MAX_VALUE, 4), 16));
            refused(
                    model,
                    "expected type FP32, received type INT32",
                    new Tensor("x", DataType.INT32, Shape.of(1, 4), TensorData.ofInts(1, 2, 3, 4)));
            refused(
                    model,
                    "elements of type FP32, received byte strings",
                    new Tensor("x", DataType.FP32, Shape.of(1, 4), Strings.of("a", "b", "c", "d")));
            InvalidTensorException unknown = catchThrowableOfType(
                    InvalidTensorException.class,
                    () -> model.infer(InferenceRequest.of(good).withOutputs(List.of("q"))));
            assertThat(unknown).hasMessageContaining("'q': expected one of the outputs [y]");
            assertThat(TestModels.floats(model.infer(InferenceRequest.of(good)).output("y")))
                    .containsOnly(2);
            assertThat(model.counter()).isEqualTo(1);
        }
    }

    private static void refused(Model model, String message, Tensor... inputs) {
        InvalidTensorException refusal =
                catchThrowableOfType(InvalidTensorException.class, () -> model.infer(InferenceRequest.of(inputs)));
        assertThat(refusal).as(message).hasMessageContaining(message);
    }

    private static Tensor renamed(Tensor tensor, String name) {
        return new Tensor(name, tensor.type(), tensor.shape(), tensor.data());
    }

    private static Tensor shaped(Shape shape, int sizeBytes) {
        return new Tensor("x", DataType.FP32, shape, new Elements(ByteBuffer.allocate(sizeBytes)));
    }

    @Test
    void unknownModelsAndVersionsAreNamed() throws Exception {
        TestModels.bias(base.models(), "bias", 1, 4, 1);
        try (Holder holder = base.start(ArenaLayout.PACKED);
                Models models = base.serve("bias", base.engine())) {
            assertThat(holder).isNotNull();
            assertThat(catchThrowableOfType(ModelNotFoundException.class, () -> models.get("other")))
                    .hasMessageContaining("'other'");
            assertThat(catchThrowableOfType(VersionNotFoundException.class, () -> models.get("bias")
                            .infer(InferenceRequest.of(TestModels.row(1, 4)).withVersion(9))))
                    .hasMessageContaining("[1], not 9");
        }
    }

    @Test
    void versionsThatCannotBatchAsConfiguredSayWhy() throws Exception {
        TestModels.identity(base.models(), "fixed", dev.holdfast.protocol.TensorType.FLOAT, List.of(2L, 3L));
        TestModels.config(base.models(), "fixed", "max_batch_size: 8");
        try (Holder holder = base.start(ArenaLayout.PACKED);
                Models models = Models.open(base.engine())) {
            assertThat(holder).isNotNull();
            base.load("fixed");
            TestHolder.await(() -> models.readiness().toString().contains("FAILED"), "the failed version");
            assertThat(models.readiness().ready()).isFalse();
            assertThat(models.readiness().toString()).contains("whose first dimension is not open");
        }
    }

    @Test
    void configurationThatDisagreesWithTheGraphSaysHow() throws Exception {
        Map<String, String> wrong = Map.of(
                "input { name: 'q' data_type: TYPE_FP32 dims: 4 }", "names the input 'q', but version 1 has [x]",
                "input { name: 'x' data_type: TYPE_FP64 dims: 4 }", "is TYPE_FP32, but config.pbtxt says TYPE_FP64",
                "input { name: 'x' data_type: TYPE_FP32 dims: 5 }", "has shape [-1, 4], but config.pbtxt says dims [5]",
                "output { name: 'y' data_type: TYPE_FP32 dims: [4, 1] }", "says dims [4, 1] after the batch dimension");
        List<String> configurations = List.copyOf(wrong.keySet());
        for (int i = 0; i < configurations.size(); i++) {
            TestModels.bias(base.models(), "m" + i, 1, 4, 1);
            TestModels.config(base.models(), "m" + i, "max_batch_size: 8 " + configurations.get(i));
        }
        try (Holder holder = base.start(ArenaLayout.PACKED);
                Models models = Models.open(base.engine())) {
            assertThat(holder).isNotNull();
            for (int i = 0; i < configurations.size(); i++) {
                base.load("m" + i);
            }
            TestHolder.await(
                    () -> wrong.values().stream().allMatch(models.readiness().toString()::contains),
                    "all of " + wrong.values());
        }
    }
}
