package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.holdfast.daemon.holder.Holder;
import dev.holdfast.daemon.sample.MiniLmSample;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.memory.ChildJvm;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A model as it is in the world, 90 MB of weights, against ONNX Runtime's own Java API on the original file. */
@Tag("core")
class MiniLmTest extends EngineTest {
    private static final List<String> INPUTS = List.of("input_ids", "attention_mask", "token_type_ids");
    private static final String OUTPUT = "last_hidden_state";
    private static final long WEIGHT_BYTES = 64L << 20;

    @ParameterizedTest
    @EnumSource(ArenaLayout.class)
    void embeddingsAgreeWithAnIndependentComputation(ArenaLayout layout) throws Exception {
        Path model = new MiniLmSample().writeTo(base.models(), Optional.empty()).resolve("1/model.onnx");
        try (Holder holder = base.start(layout);
                Models models = base.serve(MiniLmSample.NAME, base.engine())) {
            assertThat(holder).isNotNull();
            for (int[] size : new int[][] {{1, 16}, {3, 7}}) {
                Shape shape = Shape.of(size[0], size[1]);
                InferenceResponse response = models.get(MiniLmSample.NAME).infer(InferenceRequest.of(request(shape)));
                assertThat(response.output(OUTPUT).shape()).isEqualTo(Shape.of(size[0], size[1], 384));
                float[] actual = TestModels.floats(response.output(OUTPUT));
                assertThat(RelativeError.of(actual, plain(model, shape))).isLessThan(1e-5);
            }
        }
    }

    static List<Tensor> request(Shape shape) {
        return INPUTS.stream()
                .map(name -> new Tensor(name, DataType.INT64, shape, TensorData.ofLongs(ids(name, shape))))
                .toList();
    }

    private static long[] ids(String name, Shape shape) {
        long[] ids = new long[(int) shape.elementCount()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = switch (name) {
                case "input_ids" -> 1000 + 37L * i;
                case "attention_mask" -> 1;
                default -> 0;
            };
        }
        return ids;
    }

    private static float[] plain(Path model, Shape shape) throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        Map<String, OnnxTensor> inputs = new HashMap<>();
        try (OrtSession session = environment.createSession(model.toString())) {
            long[] dimensions = {shape.dimension(0), shape.dimension(1)};
            for (String name : INPUTS) {
                inputs.put(name, OnnxTensor.createTensor(environment, LongBuffer.wrap(ids(name, shape)), dimensions));
            }
            try (OrtSession.Result result = session.run(inputs)) {
                OnnxTensor output = (OnnxTensor) result.get(OUTPUT).orElseThrow();
                float[] values = new float[output.getFloatBuffer().remaining()];
                output.getFloatBuffer().get(values);
                return values;
            }
        } finally {
            inputs.values().forEach(OnnxTensor::close);
        }
    }

    @ParameterizedTest
    @EnumSource(ArenaLayout.class)
    void servingTakesNoPrivateCopyOfTheWeights(ArenaLayout layout) throws Exception {
        assumeThat(Files.isReadable(Path.of("/proc/self/status")))
                .as("private memory is read from /proc")
                .isTrue();
        Path entry = new MiniLmSample().writeTo(base.models(), Optional.empty());
        assertThat(Files.size(entry.resolve("1/model.onnx"))).isGreaterThan(WEIGHT_BYTES);
        TestModels.bias(base.models(), "bias", 1, 4, 1);
        try (Holder holder = base.start(layout)) {
            assertThat(holder).isNotNull();
            base.load("bias");
            base.load(MiniLmSample.NAME);
            try (ChildJvm worker = ChildJvm.start(MemoryMain.class, root.toString())) {
                assertThat(Long.parseLong(worker.readLine())).isLessThan(WEIGHT_BYTES / 2);
            }
        }
    }
}
