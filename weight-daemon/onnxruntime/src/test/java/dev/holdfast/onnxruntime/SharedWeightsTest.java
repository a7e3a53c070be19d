package dev.holdfast.onnxruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
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

@Tag("core")
class SharedWeightsTest {
    private static Path directory;
    private static OnnxRuntime runtime;
    private static Environment environment;
    private static Path packed;
    private static Path sealed;
    private static float[] expected;

    @BeforeAll
    static void optimize(@TempDir Path classDirectory) throws IOException {
        directory = classDirectory;
        runtime = OnnxRuntime.load();
        environment = Environment.open(runtime, LogListener.NONE);
        Path model = MiniLm.in(directory);
        try (SessionOptions options = SessionOptions.create(runtime)
                        .optimizationLevel(OptimizationLevel.EXTENDED)
                        .intraOpThreads(1);
                Session plain = Session.open(environment, options, model)) {
            expected = MiniLm.embed(runtime, plain);
        }
        packed = optimize(model, "packed", true);
        sealed = optimize(model, "sealed", false);
    }

    @AfterAll
    static void close() {
        environment.close();
    }

    private static Path optimize(Path model, String name, boolean prepack) throws IOException {
        return new GraphOptimizer(environment)
                .optimize(
                        model,
                        Files.createDirectory(directory.resolve(name)),
                        prepack,
                        OptimizationLevel.EXTENDED,
                        ExecutionProvider.CPU)
                .graph();
    }

    @Test
    void packedWeightsComputeBitForBitWhatThePlainModelDoes() {
        assertThat(embed(new PackedWeights(packed))).isEqualTo(expected);
    }

    @Test
    void placedWeightsComputeWhatThePlainModelDoes() throws IOException {
        float[] actual = embed(MappedWeights.of(sealed).placed());

        float largest = 0;
        float difference = 0;
        for (int i = 0; i < expected.length; i++) {
            largest = Math.max(largest, Math.abs(expected[i]));
            difference = Math.max(difference, Math.abs(expected[i] - actual[i]));
        }
        assertThat(actual).hasSameSizeAs(expected);
        assertThat(difference).isLessThanOrEqualTo(1e-4f * largest);
    }

    @Test
    void aPlainSessionCopiesWhatSharedOnesDoNot() throws Exception {
        assertThat(measure("plain", directory.resolve("model.onnx")).number("private"))
                .isGreaterThan(60_000_000);
    }

    @Test
    void packedWeightsAreNotCopied() throws Exception {
        ChildJvm child = measure("packed", packed);

        assertThat(child.number("private")).isLessThan(25_000_000);
        assertThat(child.number("resident")).isGreaterThan(10_000_000);
    }

    @Test
    void packedWeightsAreMappedPrivatelyAndNoSharedPageGetsDirty() throws Exception {
        // Pages not yet on disk since the file was written would count as dirty too.
        try (FileChannel file = FileChannel.open(packed.resolveSibling("weights"))) {
            file.force(true);
        }

        ChildJvm child = measure("packed", packed);

        assertThat(child.output()).contains("access=rw-p");
        assertThat(child.number("sharedDirty")).isZero();
    }

    @Test
    void placedWeightsAreNotCopied() throws Exception {
        ChildJvm child = measure("placed", sealed);

        assertThat(child.number("private")).isLessThan(25_000_000);
        assertThat(child.output()).contains("access=r--s");
        assertThat(child.number("resident")).isGreaterThan(10_000_000);
    }

    @Test
    void anInitializerOnTheWrongDeviceIsAnError() throws IOException {
        MappedWeights weights = MappedWeights.of(sealed);
        PlacedWeights elsewhere = weights.placed(new Device("Cuda", 0), MappedWeights.initializers(sealed));

        assertThatThrownBy(() -> open(elsewhere))
                .isInstanceOf(WeightsNotSharedException.class)
                .hasMessageContaining("Cannot use user supplied initializer");
        assertThat(weights.timesClosed()).isZero();
    }

    @Test
    void anInitializerThatOnnxRuntimeWouldCopyFromTheFileIsAnError(@TempDir Path complete) throws IOException {
        Path graph = Files.copy(sealed, complete.resolve("graph"));
        try (MappedWeights weights = MappedWeights.of(sealed)) {
            Files.copy(sealed.resolveSibling("mapped-weights"), complete.resolve("weights"));
            List<PlacedInitializer> initializers = MappedWeights.initializers(graph);
            PlacedWeights elsewhere = new PlacedWeights(
                    graph, new Device("Cuda", 0), weights.address(), Long.MAX_VALUE, initializers, weights);

            assertThatThrownBy(() -> open(elsewhere))
                    .isInstanceOf(WeightsNotSharedException.class)
                    .hasMessageContaining("Cannot use user supplied initializer");
        }
    }

    @Test
    void anInitializerThatTheGraphDoesNotHaveIsAnError() throws IOException {
        MappedWeights weights = MappedWeights.of(sealed);
        List<PlacedInitializer> initializers = new ArrayList<>(MappedWeights.initializers(sealed));
        initializers.add(new PlacedInitializer("stranger", OnnxFile.FLOAT, List.of(4L), 0, 16));

        assertThatThrownBy(() -> open(weights.placed(Device.CPU, initializers)))
                .isInstanceOf(WeightsNotSharedException.class)
                .hasMessageContaining("[stranger]");
        assertThat(weights.timesClosed()).isZero();
    }

    @Test
    void anInitializerLeftOutIsAnError() throws IOException {
        List<PlacedInitializer> initializers = MappedWeights.initializers(sealed);
        PlacedWeights incomplete =
                MappedWeights.of(sealed).placed(Device.CPU, initializers.subList(1, initializers.size()));

        assertThatThrownBy(() -> open(incomplete))
                .isInstanceOf(OnnxRuntimeException.class)
                .hasMessageContaining(sealed.toString());
    }

    @Test
    void anInitializerShorterThanItsShapeIsAnError() throws IOException {
        PlacedInitializer first = MappedWeights.initializers(sealed).get(0);
        PlacedInitializer tooShort = new PlacedInitializer(
                first.name(), first.elementType(), first.shape(), first.offsetBytes(), first.lengthBytes() - 4);

        assertThatThrownBy(() -> open(MappedWeights.of(sealed).placed(Device.CPU, List.of(tooShort))))
                .isInstanceOf(OnnxRuntimeException.class)
                .hasMessageContaining("not enough space");
    }

    @Test
    void anInitializerOfAnotherTypeOrShapeFailsInsteadOfReadingElsewhere(@TempDir Path other) throws IOException {
        Path model = OnnxFile.matMul(64).writeTo(other.resolve("model"));
        Path graph = optimize(model, "mismatch", false);
        PlacedInitializer w = MappedWeights.initializers(graph).get(0);

        assertRunFails(graph, new PlacedInitializer(w.name(), 6, w.shape(), w.offsetBytes(), w.lengthBytes()));
        assertRunFails(graph, new PlacedInitializer(w.name(), w.elementType(), List.of(2L, 64L), w.offsetBytes(), 512));
    }

    @Test
    void anInitializerOutsideTheWeightsIsAnError() {
        PlacedInitializer outside = new PlacedInitializer("W", OnnxFile.FLOAT, List.of(4L), 90, 16);

        assertThatThrownBy(() -> new PlacedWeights(sealed, Device.CPU, 4096, 100, List.of(outside), () -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("initializer 'W' at 90 with 16 bytes is not within the 100 bytes");
    }

    @Test
    void aSessionClosesItsMappingOnce() throws IOException {
        MappedWeights weights = MappedWeights.of(sealed);
        Session session = open(weights.placed());

        assertThat(weights.timesClosed()).isZero();
        session.close();
        session.close();
        assertThat(weights.timesClosed()).isOne();
    }

    @Test
    void aMappingStaysUntilTheLastBindingToItsSessionIsClosed() throws IOException {
        MappedWeights weights = MappedWeights.of(sealed);
        Session session = open(weights.placed());
        IoBinding binding = IoBinding.create(session);

        session.close();
        assertThat(weights.timesClosed()).isZero();
        binding.close();
        assertThat(weights.timesClosed()).isOne();
    }

    private static void assertRunFails(Path graph, PlacedInitializer initializer) throws IOException {
        PlacedWeights weights = MappedWeights.of(graph).placed(Device.CPU, List.of(initializer));
        try (OrtValue x = OrtValue.allocate(runtime, OnnxFile.FLOAT, List.of(1L, 64L))) {
            assertThatThrownBy(() -> {
                        try (Session session = open(weights)) {
                            session.run(Map.of("x", x)).close();
                        }
                    })
                    .isInstanceOf(OnnxRuntimeException.class);
        }
    }

    private static Session open(SharedWeights weights) {
        try (SessionOptions options = SessionOptions.create(runtime).intraOpThreads(1)) {
            return weights.open(environment, options);
        }
    }

    private static float[] embed(SharedWeights weights) {
        try (Session session = open(weights)) {
            return MiniLm.embed(runtime, session);
        }
    }

    private static ChildJvm measure(String kind, Path graph) throws Exception {
        ChildJvm child = ChildJvm.run(List.of(), MemoryProbe.class, kind, graph);
        assertThat(child.exitCode()).as(child.output()).isZero();
        return child;
    }
}
