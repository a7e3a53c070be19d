package dev.holdfast.onnxruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Each position in the function table is called and must do what its name says; the last test misses none. */
@Tag("core")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class OrtFunctionTest {
    private static final OnnxRuntime RUNTIME = OnnxRuntime.load();
    private static final Environment ENVIRONMENT = Environment.open(RUNTIME, LogListener.NONE);
    private static final List<Long> ROW = List.of(1L, 64L);

    @AfterAll
    static void close() {
        ENVIRONMENT.close();
    }

    @Test
    @Order(1)
    void anAllocatedValueHasTheTypeShapeSizeAndPlaceAskedFor() {
        try (OrtValue value = OrtValue.allocate(RUNTIME, OnnxFile.INT64, List.of(2L, 3L))) {
            assertThat(value.elementType()).isEqualTo(OnnxFile.INT64);
            assertThat(value.shape()).containsExactly(2L, 3L);
            assertThat(value.sizeBytes()).isEqualTo(48);
            assertThat(value.device()).isEqualTo(Device.CPU);
            assertThat(value.address()).isNotZero();
            assertThat(value.bytes().remaining()).isEqualTo(48);
        }
    }

    @Test
    @Order(1)
    void aValueOverMemoryUsesItInPlace() {
        ByteBuffer memory = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder());
        try (OrtValue value = OrtValue.over(RUNTIME, memory, OnnxFile.FLOAT, List.of(2L))) {
            memory.putFloat(4, 7.5f);
            assertThat(value.bytes().getFloat(4)).isEqualTo(7.5f);
        }
    }

    @Test
    @Order(1)
    void aValueOnADeviceKeepsItsAddressAndIsNotReadByTheProcessor() {
        try (OrtValue value =
                OrtValue.over(RUNTIME, new Device("Cuda", 1), 0x7000_0000L, 8, OnnxFile.FLOAT, List.of(2L), null)) {
            assertThat(value.device()).isEqualTo(new Device("Cuda", 1));
            assertThat(value.address()).isEqualTo(0x7000_0000L);
            assertThatThrownBy(value::bytes)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("Cuda");
        }
    }

    @Test
    @Order(1)
    void stringsOfAnyLengthAndContentComeBack() {
        List<byte[]> values = List.of(new byte[] {0, 1, 0}, new byte[0], new byte[100_000], new byte[] {-1});
        try (OrtValue value = OrtValue.ofStrings(RUNTIME, values, List.of(2L, 2L))) {
            assertThat(value.shape()).containsExactly(2L, 2L);
            assertThat(value.strings()).containsExactlyElementsOf(values);
        }
    }

    @Test
    @Order(1)
    void aTensorOfNoStringsIsEmpty() {
        try (OrtValue value = OrtValue.ofStrings(RUNTIME, List.of(), List.of(0L, 3L))) {
            assertThat(value.strings()).isEmpty();
        }
    }

    @Test
    @Order(1)
    void stringsThatDoNotFillTheShapeAreRefused() {
        assertThatThrownBy(() -> OrtValue.ofStrings(RUNTIME, List.of(new byte[1]), List.of(2L)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 strings");
    }

    @Test
    @Order(1)
    void aHeapBufferIsRefused() {
        assertThatThrownBy(() -> OrtValue.over(RUNTIME, ByteBuffer.allocate(8), OnnxFile.FLOAT, List.of(2L)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @Order(1)
    void aNegativeDimensionIsAnError() {
        assertThatThrownBy(() -> OrtValue.allocate(RUNTIME, OnnxFile.FLOAT, List.of(-2L)))
                .isInstanceOf(OnnxRuntimeException.class);
    }

    @Test
    @Order(1)
    void anUnknownDeviceIsAnError() {
        assertThatThrownBy(
                        () -> OrtValue.over(RUNTIME, new Device("Abacus", 0), 1, 8, OnnxFile.FLOAT, List.of(2L), null))
                .isInstanceOfSatisfying(
                        OnnxRuntimeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT));
    }

    @Test
    @Order(1)
    void boundInputsAndOutputsAreUsedInPlace(@TempDir Path directory) {
        try (SessionOptions options =
                        SessionOptions.create(RUNTIME).intraOpThreads(1).interOpThreads(1);
                Session session = Session.open(ENVIRONMENT, options, model(directory));
                OrtValue x = Floats.value(RUNTIME, ROW, unit(9));
                OrtValue y = Floats.value(RUNTIME, ROW, new float[64]);
                RunOptions run = RunOptions.create(RUNTIME);
                IoBinding binding = IoBinding.create(session)) {
            binding.input("x", x);
            binding.output("y", y);
            session.run(binding, run);

            assertThat(MiniLm.floats(y)[5]).isEqualTo(OnnxFile.weight(9, 5));
            try (Outputs outputs = binding.outputs()) {
                assertThat(outputs.get("y").address()).isEqualTo(y.address());
            }
        }
    }

    @Test
    @Order(1)
    void anOutputBoundToADeviceIsAllocatedThere(@TempDir Path directory) {
        try (SessionOptions options = SessionOptions.create(RUNTIME);
                Session session = Session.open(ENVIRONMENT, options, model(directory));
                OrtValue x = Floats.value(RUNTIME, ROW, unit(9));
                RunOptions run = RunOptions.create(RUNTIME);
                IoBinding binding = IoBinding.create(session)) {
            binding.input("x", x);
            binding.output("y", Device.CPU);
            session.run(binding, run);
            try (Outputs outputs = binding.outputs()) {
                assertThat(MiniLm.floats(outputs.get("y"))[5]).isEqualTo(OnnxFile.weight(9, 5));
            }

            binding.clear();
            try (Outputs outputs = binding.outputs()) {
                assertThat(outputs.values()).isEmpty();
            }
            assertThatThrownBy(() -> session.run(binding, run)).isInstanceOf(OnnxRuntimeException.class);
        }
    }

    @Test
    @Order(1)
    void whatIsWrittenToABoundInputIsSeenByTheNextRun(@TempDir Path directory) {
        try (SessionOptions options = SessionOptions.create(RUNTIME);
                Session session = Session.open(ENVIRONMENT, options, model(directory));
                OrtValue x = Floats.value(RUNTIME, ROW, unit(9));
                OrtValue y = Floats.value(RUNTIME, ROW, new float[64]);
                RunOptions run = RunOptions.create(RUNTIME).withoutWaiting();
                IoBinding binding = IoBinding.create(session)) {
            binding.input("x", x);
            binding.output("y", y);
            binding.run(run);
            assertThat(MiniLm.floats(y)[5]).isEqualTo(OnnxFile.weight(9, 5));

            x.bytes().order(ByteOrder.nativeOrder()).asFloatBuffer().put(unit(7));
            binding.run(run);
            assertThat(MiniLm.floats(y)[5]).isEqualTo(OnnxFile.weight(7, 5));
        }
    }

    @Test
    @Order(1)
    void aSessionTellsWhereItReadsInputsAndWritesOutputs(@TempDir Path directory) {
        try (SessionOptions options = SessionOptions.create(RUNTIME);
                Session session = Session.open(ENVIRONMENT, options, model(directory))) {
            assertThat(session.inputDevices()).isEqualTo(Map.of("x", Device.CPU));
            assertThat(session.outputDevices()).isEqualTo(Map.of("y", Device.CPU));
        }
    }

    @Test
    @Order(1)
    void anEntryOfARunsOptionsIsHeeded(@TempDir Path directory) {
        try (SessionOptions options = SessionOptions.create(RUNTIME);
                Session session = Session.open(ENVIRONMENT, options, model(directory));
                OrtValue x = Floats.value(RUNTIME, ROW, unit(9));
                RunOptions run =
                        RunOptions.create(RUNTIME).configEntry("memory.enable_memory_arena_shrinkage", "gpu:0")) {
            assertThatThrownBy(() -> session.run(Map.of("x", x), List.of("y"), run))
                    .isInstanceOf(OnnxRuntimeException.class)
                    .hasMessageContaining("gpu:0");
        }
    }

    @Test
    @Order(1)
    void aSessionsAllocatorCountsWhatIsInUse(@TempDir Path directory) {
        try (SessionOptions options = SessionOptions.create(RUNTIME);
                Session session = Session.open(ENVIRONMENT, options, model(directory));
                Allocator allocator = Allocator.of(session, Device.CPU);
                OrtValue x = OrtValue.allocate(RUNTIME, OnnxFile.FLOAT, List.of(1L << 14, 64L))) {
            long before = allocator.bytesInUse().orElseThrow();
            try (Outputs outputs = session.run(Map.of("x", x))) {
                assertThat(outputs.get("y").sizeBytes()).isEqualTo(4 << 20);
                assertThat(allocator.bytesInUse().orElseThrow() - before).isGreaterThanOrEqualTo(4 << 20);
            }
            assertThat(allocator.bytesInUse().orElseThrow()).isEqualTo(before);
        }
    }

    @Test
    @Order(1)
    void aSessionHasNoAllocatorForADeviceThatItDoesNotUse(@TempDir Path directory) {
        try (SessionOptions options = SessionOptions.create(RUNTIME);
                Session session = Session.open(ENVIRONMENT, options, model(directory))) {
            assertThatThrownBy(() -> Allocator.of(session, Device.cuda(0))).isInstanceOf(OnnxRuntimeException.class);
        }
    }

    @Test
    @Order(1)
    void aBindingServesItsOwnSessionOnly(@TempDir Path directory) {
        try (SessionOptions options = SessionOptions.create(RUNTIME);
                Session session = Session.open(ENVIRONMENT, options, model(directory));
                Session other = Session.open(ENVIRONMENT, options, model(directory));
                RunOptions run = RunOptions.create(RUNTIME);
                IoBinding binding = IoBinding.create(session)) {
            assertThatThrownBy(() -> other.run(binding, run)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    @Order(1)
    void aClosedEnvironmentOpensNoSession(@TempDir Path directory) {
        Environment environment = Environment.open(RUNTIME, LogListener.NONE);
        environment.close();
        try (SessionOptions options = SessionOptions.create(RUNTIME)) {
            assertThatThrownBy(() -> Session.open(environment, options, model(directory)))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    @Order(1)
    void memoryTakenValueByValueChangesNoAnswer(@TempDir Path directory) {
        try (OrtValue x = Floats.value(RUNTIME, ROW, unit(9));
                SessionOptions options = SessionOptions.create(RUNTIME);
                Session planned = Session.open(ENVIRONMENT, options, model(directory));
                Session unplanned = Session.open(ENVIRONMENT, options.disableMemoryPattern(), model(directory));
                Outputs expected = planned.run(Map.of("x", x));
                Outputs outputs = unplanned.run(Map.of("x", x))) {
            assertThat(MiniLm.floats(outputs.get("y"))).isEqualTo(MiniLm.floats(expected.get("y")));
        }
    }

    @Test
    @Order(1)
    void aSuppliedInitializerReplacesTheGraphs(@TempDir Path directory) {
        float[] weights = new float[64 * 64];
        weights[9 * 64 + 5] = 1.5f;
        try (OrtValue w = Floats.value(RUNTIME, List.of(64L, 64L), weights);
                OrtValue x = Floats.value(RUNTIME, ROW, unit(9));
                SessionOptions options = SessionOptions.create(RUNTIME)
                        .optimizationLevel(OptimizationLevel.NONE)
                        .initializer("W", w);
                Session session = Session.open(ENVIRONMENT, options, model(directory));
                Outputs outputs = session.run(Map.of("x", x))) {
            assertThat(MiniLm.floats(outputs.get("y"))[5]).isEqualTo(1.5f);
        }
    }

    @Test
    @Order(1)
    void anOptimizedModelIsWrittenWhereAskedFor(@TempDir Path directory) {
        Path optimized = directory.resolve("optimized");
        try (SessionOptions options = SessionOptions.create(RUNTIME)
                        .optimizedModelFile(optimized)
                        .configEntry("session.optimized_model_external_initializers_file_name", "aside")
                        .log(LogSeverity.WARNING, LogListener.NONE);
                Session session = Session.open(ENVIRONMENT, options, model(directory))) {
            assertThat(session.outputs()).hasSize(1);
            assertThat(Files.exists(optimized)).isTrue();
        }
    }

    @Test
    @Order(1)
    void aProviderThatTheBuildDoesNotHaveIsAnErrorThatNamesIt() {
        try (SessionOptions options = SessionOptions.create(RUNTIME)) {
            assertThatThrownBy(() -> options.provider(new ExecutionProvider("QNN", Map.of("backend", "none"))))
                    .isInstanceOf(OnnxRuntimeException.class)
                    .hasMessageContaining("QNN");
        }
    }

    @Test
    @Order(1)
    void theProvidersOfTheBuildAreListed() {
        assertThat(RUNTIME.providers()).contains(ExecutionProvider.CPU.name());
    }

    /** This build has the functions of the CUDA provider all the same, and each says that it has not the provider. */
    @Test
    @Order(1)
    void functionsOfTheCudaProviderSayThatTheBuildHasNone() {
        OrtApi api = RUNTIME.api();
        Pointer none = new Pointer(0);
        try (SessionOptions options = SessionOptions.create(RUNTIME);
                ProviderEntries entries = new ProviderEntries(Map.of("device_id", "0"));
                Holds holds = new Holds()) {
            assertThatThrownBy(() -> api.create(OrtFunction.CREATE_CUDA_PROVIDER_OPTIONS))
                    .isInstanceOf(OnnxRuntimeException.class)
                    .hasMessageContaining("CUDA");
            assertThatThrownBy(() -> api.call(
                            OrtFunction.UPDATE_CUDA_PROVIDER_OPTIONS,
                            none,
                            entries.keys(),
                            entries.values(),
                            entries.count()))
                    .isInstanceOf(OnnxRuntimeException.class)
                    .hasMessageContaining("CUDA");
            Pointer handle = holds.on(options);
            assertThatThrownBy(
                            () -> api.call(OrtFunction.SESSION_OPTIONS_APPEND_EXECUTION_PROVIDER_CUDA_V2, handle, none))
                    .isInstanceOf(OnnxRuntimeException.class)
                    .hasMessageContaining("ExecutionProvider_Cuda");
            api.release(OrtFunction.RELEASE_CUDA_PROVIDER_OPTIONS, none);
        }
    }

    @Test
    @Order(1)
    void aRunCanBeEnded(@TempDir Path directory) {
        try (SessionOptions options = SessionOptions.create(RUNTIME);
                Session session = Session.open(ENVIRONMENT, options, model(directory));
                OrtValue x = Floats.value(RUNTIME, ROW, unit(9));
                RunOptions run = RunOptions.create(RUNTIME)) {
            run.terminate();
            assertThatThrownBy(() -> session.run(Map.of("x", x), List.of("y"), run))
                    .isInstanceOf(OnnxRuntimeException.class);
            run.clearTerminate();
            session.run(Map.of("x", x), List.of("y"), run).close();
        }
    }

    @Test
    @Order(1)
    void theApiVersionAskedForHasEveryPosition() {
        long last = (long) OrtFunction.LAST_OF_API_VERSION * Native.POINTER_SIZE;
        assertThat(OrtFunction.values()).allMatch(function -> function.offsetBytes() <= last);
    }

    @Test
    @Order(2)
    void everyPositionHasBeenCalled() {
        assertThat(RUNTIME.api().used()).containsExactlyInAnyOrder(OrtFunction.values());
    }

    private static Path model(Path directory) {
        return OnnxFile.matMul(64).writeTo(directory.resolve("model.onnx"));
    }

    private static float[] unit(int row) {
        float[] unit = new float[64];
        unit[row] = 1;
        return unit;
    }
}
