package dev.holdfast.onnxruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("core")
class SessionTest {
    private static final int SIZE = 64;

    private final OnnxRuntime runtime = OnnxRuntime.load();
    private final Environment environment = Environment.open(runtime, LogListener.NONE);
    private final SessionOptions options = SessionOptions.create(runtime).intraOpThreads(1);
    private final Path directory;

    SessionTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @AfterEach
    void close() {
        options.close();
        environment.close();
    }

    @Test
    void aScalarAndAnEmptyTensorPassThrough() {
        try (Session scalar = open(OnnxFile.doubling(0), "scalar");
                OrtValue three = Floats.value(runtime, List.of(), 3);
                Outputs outputs = scalar.run(Map.of("x", three))) {
            assertThat(outputs.get("y").shape()).isEmpty();
            assertThat(MiniLm.floats(outputs.get("y"))).containsExactly(6);
        }
        try (Session vector = open(OnnxFile.doubling(1), "vector");
                OrtValue nothing = OrtValue.allocate(runtime, OnnxFile.FLOAT, List.of(0L));
                Outputs outputs = vector.run(Map.of("x", nothing))) {
            assertThat(outputs.get("y").shape()).containsExactly(0L);
            assertThat(outputs.get("y").bytes().remaining()).isZero();
        }
    }

    @Test
    void manyThreadsGetEachTheirOwnAnswer() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try (Session session = open(OnnxFile.matMul(SIZE), "model")) {
            List<Future<?>> runs = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                int row = i % SIZE;
                runs.add(threads.submit(() -> assertRowComputed(session, row)));
            }
            for (Future<?> run : runs) {
                run.get(60, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void closingWhileOthersRunNeitherWaitsNorBreaksThem() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            Session session = open(OnnxFile.matMul(SIZE), "model");
            CountDownLatch running = new CountDownLatch(4);
            List<Future<Integer>> callers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                callers.add(threads.submit(() -> runUntilClosed(session, running)));
            }
            assertThat(running.await(60, TimeUnit.SECONDS)).isTrue();
            session.close();
            for (Future<Integer> caller : callers) {
                assertThat(caller.get(60, TimeUnit.SECONDS)).isPositive();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aClosedSessionRefusesToRun() {
        OrtValue number = Floats.value(runtime, List.of(), 3);
        Session session = open(OnnxFile.doubling(0), "model");
        session.close();

        assertThatThrownBy(() -> session.run(Map.of("x", number)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("Session is closed");
        number.close();
    }

    @Test
    void aClosedInputIsRefused() {
        OrtValue x = OrtValue.allocate(runtime, OnnxFile.FLOAT, List.of(1L, (long) SIZE));
        x.close();

        try (Session session = open(OnnxFile.matMul(SIZE), "model")) {
            assertThatThrownBy(() -> session.run(Map.of("x", x)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("OrtValue is closed");
        }
    }

    @Test
    void closedOptionsAndEnvironmentsAreRefused() {
        Path model = OnnxFile.matMul(SIZE).writeTo(directory.resolve("model"));
        SessionOptions closedOptions = SessionOptions.create(runtime);
        closedOptions.close();
        Environment closedEnvironment = Environment.open(runtime, LogListener.NONE);
        closedEnvironment.close();

        assertThatThrownBy(() -> Session.open(environment, closedOptions, model))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("SessionOptions is closed");
        assertThatThrownBy(() -> Session.open(closedEnvironment, options, model))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("Environment is closed");
    }

    @Test
    void aSessionOutlivesTheClosingOfItsEnvironment() {
        Environment own = Environment.open(runtime, LogListener.NONE);
        try (Session session = Session.open(own, options, OnnxFile.matMul(SIZE).writeTo(directory.resolve("model")))) {
            own.close();
            assertRowComputed(session, 5);
        }
    }

    @Test
    void anInputTheGraphDoesNotHaveIsNamed() {
        try (Session session = open(OnnxFile.matMul(SIZE), "model");
                OrtValue z = Floats.value(runtime, List.of(), 3)) {
            assertThatThrownBy(() -> session.run(Map.of("x", z, "z", z)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("the session has no input 'z'; it has [x]");
        }
    }

    @Test
    void anOutputAskedForTwiceIsRefused() {
        try (Session session = open(OnnxFile.matMul(SIZE), "model");
                OrtValue x = OrtValue.allocate(runtime, OnnxFile.FLOAT, List.of(1L, (long) SIZE));
                RunOptions run = RunOptions.create(runtime)) {
            assertThatThrownBy(() -> session.run(Map.of("x", x), List.of("y", "y"), run))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("[y, y]");
        }
    }

    @Test
    void aMissingInputIsNamed() {
        try (Session session = open(OnnxFile.matMul(SIZE), "model")) {
            assertThatThrownBy(() -> session.run(Map.of()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("inputs [x] are missing");
        }
    }

    @Test
    void anInputOfTheWrongShapeIsAnErrorThatLeavesTheSessionUsable() {
        try (Session session = open(OnnxFile.matMul(SIZE), "model");
                OrtValue tooNarrow = OrtValue.allocate(runtime, OnnxFile.FLOAT, List.of(1L, 3L))) {
            assertThatThrownBy(() -> session.run(Map.of("x", tooNarrow)))
                    .isInstanceOf(OnnxRuntimeException.class)
                    .hasMessageContaining("invalid dimensions");
            assertRowComputed(session, 5);
        }
    }

    @Test
    void aTerminatedRunFailsAndAClearedOneDoesNot() {
        try (Session session = open(OnnxFile.matMul(SIZE), "model");
                OrtValue x = OrtValue.allocate(runtime, OnnxFile.FLOAT, List.of(1L, (long) SIZE));
                RunOptions run = RunOptions.create(runtime)) {
            run.terminate();
            assertThatThrownBy(() -> session.run(Map.of("x", x), List.of("y"), run))
                    .isInstanceOf(OnnxRuntimeException.class)
                    .hasMessageContaining("terminate");
            run.clearTerminate();
            try (Outputs outputs = session.run(Map.of("x", x), List.of("y"), run)) {
                assertThat(outputs.values()).containsOnlyKeys("y");
            }
        }
    }

    @Test
    void aSequenceInputIsRefusedByName() {
        OnnxFile model = new OnnxFile()
                .sequenceInput("parts", OnnxFile.FLOAT)
                .output("y", OnnxFile.INT64)
                .node("SequenceLength", List.of("parts"), "y");

        assertThatThrownBy(() -> open(model, "model"))
                .isInstanceOf(OnnxRuntimeException.class)
                .hasMessageContaining("'parts' is a sequence");
    }

    @Test
    void aTruncatedModelIsAnError() throws IOException {
        Path model = OnnxFile.matMul(SIZE).writeTo(directory.resolve("model"));
        byte[] bytes = Files.readAllBytes(model);
        Files.write(model, Arrays.copyOf(bytes, bytes.length / 2));

        assertThatThrownBy(() -> Session.open(environment, options, model))
                .isInstanceOfSatisfying(
                        OnnxRuntimeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PROTOBUF))
                .hasMessageContaining(model.toString());
    }

    private Session open(OnnxFile model, String name) {
        return Session.open(environment, options, model.writeTo(directory.resolve(name)));
    }

    private int runUntilClosed(Session session, CountDownLatch running) {
        for (int runs = 0; ; runs++) {
            try {
                assertRowComputed(session, runs % SIZE);
            } catch (IllegalStateException closed) {
                assertThat(closed).hasMessage("Session is closed");
                return runs;
            }
            if (runs == 0) {
                running.countDown();
            }
        }
    }

    private void assertRowComputed(Session session, int row) {
        float[] unit = new float[SIZE];
        unit[row] = 1;
        try (OrtValue x = Floats.value(runtime, List.of(1L, (long) SIZE), unit);
                Outputs outputs = session.run(Map.of("x", x))) {
            float[] y = MiniLm.floats(outputs.get("y"));
            for (int column = 0; column < SIZE; column++) {
                assertThat(y[column]).isEqualTo(OnnxFile.weight(row, column));
            }
        }
    }
}
