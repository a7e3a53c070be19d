package dev.holdfast.daemon.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.holdfast.daemon.sample.LinearSample;
import dev.holdfast.protocol.TensorType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What we write is ONNX to ONNX Runtime too, and computes what it says. */
class ModelZooTest {
    private final OrtEnvironment runtime = OrtEnvironment.getEnvironment();

    private Path repository;

    @BeforeEach
    void useDirectory(@TempDir Path temporary) {
        repository = temporary;
    }

    @Test
    @Tag("core")
    void linearSampleComputesWhatItsWeightsSay() throws IOException, OrtException {
        LinearSample sample = new LinearSample("layer", 5, 3, false);
        float[] x = {0.5f, -1, 2, 0, 3};
        float[][] y = run(sample.writeTo(repository).resolve("1/model.onnx"), x);
        for (int row = 0; row < 3; row++) {
            assertThat((double) y[0][row]).isCloseTo(expected(sample, row, x), within(1e-6));
        }
    }

    @Test
    void summedLinearSampleAnswersOneNumberPerRow() throws IOException, OrtException {
        LinearSample sample = new LinearSample("layer", 5, 3, true);
        float[] x = {0.5f, -1, 2, 0, 3};
        float[][] y = run(sample.writeTo(repository).resolve("1/model.onnx"), x);
        double sum = expected(sample, 0, x) + expected(sample, 1, x) + expected(sample, 2, x);
        assertThat(y[0]).hasSize(1);
        assertThat((double) y[0][0]).isCloseTo(sum, within(1e-6));
    }

    @Test
    void biasAddsItsValue() throws IOException, OrtException {
        Path model = ModelZoo.bias(repository, "m", 1, 2, 40);
        assertThat(run(model, 2, 3)[0]).containsExactly(42, 43);
    }

    @Test
    void branchesFollowTheirCondition() throws IOException, OrtException {
        Path model = ModelZoo.branches(repository, "m", 1);
        try (OrtSession session = runtime.createSession(model.toString());
                OnnxTensor cond = OnnxTensor.createTensor(runtime, false);
                OnnxTensor x = OnnxTensor.createTensor(runtime, new float[][] {{1, 2}});
                OrtSession.Result result = session.run(Map.of("cond", cond, "x", x))) {
            assertThat(((float[][]) result.get(0).getValue())[0]).containsExactly(0, 1);
        }
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "FLOAT",
                "DOUBLE",
                "INT8",
                "INT16",
                "INT32",
                "INT64",
                "UINT8",
                "UINT16",
                "UINT32",
                "UINT64",
                "BOOL",
                "FLOAT16",
                "BFLOAT16",
                "STRING"
            })
    void identityLoadsForEveryServedType(TensorType type) throws IOException, OrtException {
        Path model = ModelZoo.identity(repository, "m", 1, type);
        try (OrtSession session = runtime.createSession(model.toString())) {
            assertThat(session.getInputNames()).containsExactly("x");
        }
        assertThat(OnnxModelReader.read(model).inputs().get(0).type()).isEqualTo(type);
    }

    private float[][] run(Path model, float... x) throws OrtException {
        try (OrtSession session = runtime.createSession(model.toString());
                OnnxTensor input = OnnxTensor.createTensor(runtime, new float[][] {x});
                OrtSession.Result result = session.run(Map.of("x", input))) {
            return (float[][]) result.get(0).getValue();
        }
    }

    private static double expected(LinearSample sample, int row, float[] x) {
        double y = sample.bias(row);
        for (int column = 0; column < x.length; column++) {
            y += (double) sample.weight(row, column) * x[column];
        }
        return y;
    }

    private static org.assertj.core.data.Offset<Double> within(double error) {
        return org.assertj.core.data.Offset.offset(error);
    }
}
