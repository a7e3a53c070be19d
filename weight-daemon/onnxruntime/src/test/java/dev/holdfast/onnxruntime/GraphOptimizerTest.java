package dev.holdfast.onnxruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GraphOptimizerTest {
    private static final int SIZE = 64;
    private static Environment environment;

    private final Path directory;

    GraphOptimizerTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @BeforeAll
    static void open() {
        environment = Environment.open(OnnxRuntime.load(), LogListener.NONE);
    }

    @AfterAll
    static void close() {
        environment.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Tag("core")
    void theResultDeclaresAndComputesWhatTheModelDoes(boolean prepack) throws IOException {
        OptimizedGraph result = optimize(OnnxFile.matMul(SIZE).writeTo(model()), prepack);

        assertThat(result.graph()).hasFileName("graph");
        assertThat(Files.size(result.weights())).isGreaterThanOrEqualTo(SIZE * SIZE * Float.BYTES);
        assertThat(result.inputs()).containsExactly(new TensorInfo("x", OnnxFile.FLOAT, List.of(-1L, (long) SIZE)));
        assertThat(result.outputs()).containsExactly(new TensorInfo("y", OnnxFile.FLOAT, List.of(-1L, (long) SIZE)));
        assertComputes(result);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aModelWithoutWeightsGetsAnEmptyWeightsFile(boolean prepack) throws IOException {
        OptimizedGraph result = optimize(OnnxFile.doubling(1).writeTo(model()), prepack);

        assertThat(result.weights()).isEmptyFile();
    }

    @Test
    void weightsInExternalDataAreTakenAlong() throws IOException {
        Files.write(directory.resolve("model.data"), OnnxFile.matrix(SIZE));
        OptimizedGraph result = optimize(externalModel(SIZE * SIZE * Float.BYTES), true);

        Files.delete(directory.resolve("model.data"));
        assertComputes(result);
    }

    @Test
    void externalDataThatIsTooShortIsAnError() throws IOException {
        Files.write(directory.resolve("model.data"), new byte[100]);

        assertFails(externalModel(SIZE * SIZE * Float.BYTES), "file_length: 100");
    }

    @Test
    void externalDataThatIsMissingIsAnError() {
        assertFails(externalModel(SIZE * SIZE * Float.BYTES), "model.data");
    }

    @Test
    void aFileThatIsNotOnnxIsAnError() throws IOException {
        assertFails(Files.writeString(model(), "not ONNX"), "INVALID_PROTOBUF");
    }

    @Test
    void aMissingModelIsAnError() {
        assertFails(model(), "NO_SUCHFILE");
    }

    @Test
    void pathsWithSpacesWork() throws IOException {
        Path folder = Files.createDirectory(directory.resolve("my models"));

        assertComputes(optimize(OnnxFile.matMul(SIZE).writeTo(folder.resolve("the model.onnx")), true));
    }

    @Test
    void pathsOutsideAsciiWork() throws Exception {
        OnnxFile.matMul(SIZE).writeTo(model());
        List<String> command = new ArrayList<>(ChildJvm.command(List.of(), OptimizeProbe.class, model(), directory));
        command.add("Modell \u00e4\u6a21");

        ChildJvm child = ChildJvm.run(command, Map.of("LC_ALL", "C.UTF-8"));

        assertThat(child.exitCode()).as(child.output()).isZero();
        assertThat(child.output()).contains("weights=");
    }

    @Test
    void aFolderThatHoldsAGraphAlreadyIsRefused() throws IOException {
        OnnxFile.matMul(SIZE).writeTo(model());
        Path graph = optimize(model(), true).graph();

        assertThatThrownBy(() -> optimizeInto(graph.resolveSibling(""), model(), true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(graph + " is there already");
        assertThat(graph).exists();
    }

    @Test
    void aFolderThatCannotBeWrittenToIsAnErrorThatNamesIt() {
        Path target = Path.of("/proc/self"); // Not even root makes files there.
        assumeTrue(Files.isDirectory(target), "needs /proc");

        assertThatThrownBy(() -> optimizeInto(target, OnnxFile.matMul(SIZE).writeTo(model()), true))
                .isInstanceOf(OnnxRuntimeException.class)
                .hasMessageContaining("into /proc/self");
    }

    @Test
    void aFolderThatIsNotThereIsRefused() {
        Path target = directory.resolve("nowhere");

        assertThatThrownBy(() -> optimizeInto(target, OnnxFile.matMul(SIZE).writeTo(model()), true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(target.toString());
    }

    /** A limit on file size stands in for a full disk: the write fails half-way in the same way. */
    @ParameterizedTest
    @ValueSource(strings = {"packed", "sealed"})
    void aWriteThatFailsHalfWayIsAnErrorAndLeavesNothing(String layout) throws Exception {
        assumeTrue(Files.exists(Path.of("/bin/sh")), "needs a shell to limit file sizes");
        OnnxFile.matMul(512).writeTo(model());
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", "ulimit -f 512; exec \"$@\"", "sh"));
        command.addAll(ChildJvm.command(List.of(), OptimizeProbe.class, model(), directory, layout));

        ChildJvm child = ChildJvm.run(command, Map.of());

        assertThat(child.exitCode()).as(child.output()).isOne();
        assertThat(child.output())
                .contains("OnnxRuntimeException")
                .contains(directory.resolve(layout).toString());
        assertThat(directory.resolve(layout)).isEmptyDirectory();
    }

    private Path model() {
        return directory.resolve("model.onnx");
    }

    private Path externalModel(long length) {
        return new OnnxFile()
                .input("x", OnnxFile.FLOAT, -1, SIZE)
                .output("y", OnnxFile.FLOAT, -1, SIZE)
                .external("W", OnnxFile.FLOAT, "model.data", 0, length, SIZE, SIZE)
                .node("MatMul", List.of("x", "W"), "y")
                .writeTo(model());
    }

    private OptimizedGraph optimize(Path model, boolean prepack) throws IOException {
        return optimizeInto(Files.createDirectory(directory.resolve("target")), model, prepack);
    }

    private static OptimizedGraph optimizeInto(Path target, Path model, boolean prepack) {
        return new GraphOptimizer(environment)
                .optimize(model, target, prepack, OptimizationLevel.EXTENDED, ExecutionProvider.CPU);
    }

    private void assertFails(Path model, String reason) {
        assertThatThrownBy(() -> optimize(model, true))
                .isInstanceOf(OnnxRuntimeException.class)
                .hasMessageContaining("can't optimise " + model + " into " + directory.resolve("target"))
                .hasMessageContaining(reason);
        assertThat(directory.resolve("target")).isEmptyDirectory();
    }

    private static void assertComputes(OptimizedGraph result) {
        OnnxRuntime runtime = OnnxRuntime.load();
        float[] unit = new float[SIZE];
        unit[3] = 1;
        try (SessionOptions options = SessionOptions.create(runtime).intraOpThreads(1);
                Session session = new PackedWeights(result.graph()).open(environment, options);
                OrtValue x = Floats.value(runtime, List.of(1L, (long) SIZE), unit);
                Outputs outputs = session.run(Map.of("x", x))) {
            float[] y = MiniLm.floats(outputs.get("y"));
            for (int column = 0; column < SIZE; column++) {
                assertThat(y[column]).isEqualTo(OnnxFile.weight(3, column));
            }
        }
    }
}
