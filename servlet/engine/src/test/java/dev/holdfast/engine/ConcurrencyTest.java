package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.daemon.holder.Holder;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.memory.ChildJvm;
import dev.holdfast.memory.OpenDescriptorsCheck;
import dev.holdfast.protocol.TensorType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Many callers at once, in one process and in two. */
@Tag("core")
@ExtendWith(OpenDescriptorsCheck.class)
class ConcurrencyTest {
    private static final int CALLERS = 64;
    private static final int CALLS = 40;

    @TempDir
    Path root;

    private TestHolder base;

    @BeforeAll
    static void loadLibrary() {
        TestHolder.loadLibrary();
    }

    @BeforeEach
    void models() throws IOException {
        base = new TestHolder(root);
    }

    @Test
    void everyOfManyMixedAnswersIsItsOwnRequests() throws Exception {
        TestModels.identity(base.models(), "mixed", TensorType.FLOAT, List.of(-1L, -1L));
        TestModels.config(base.models(), "mixed", TestModels.BATCHING + " instance_group { count: 2 }");
        try (Holder holder = base.start(ArenaLayout.PACKED);
                Models models = base.serve("mixed", base.engine())) {
            assertThat(holder).isNotNull();
            Model model = models.get("mixed");
            Load load = Load.start(CALLERS, CALLS, (caller, call) -> check(model, caller, call));
            assertThat(load.join()).isEmpty();
            VersionStatistics statistics = model.statistics().get(0);
            assertThat(statistics.success().count()).isEqualTo((long) CALLERS * CALLS);
            assertThat(model.counter()).isEqualTo((long) CALLERS * CALLS);
            assertThat(statistics.inferenceCount()).isEqualTo(rowsOf(CALLERS, CALLS));
            assertThat(statistics.executionCount()).isLessThan((long) CALLERS * CALLS);
            assertThat(statistics.batches().stream()
                            .mapToLong(batch ->
                                    batch.batchSize() * batch.computeInfer().count())
                            .sum())
                    .isEqualTo(statistics.inferenceCount());
        }
    }

    private static long rowsOf(int callers, int calls) {
        long rows = 0;
        for (int caller = 0; caller < callers; caller++) {
            for (int call = 0; call < calls; call++) {
                rows += rows(caller, call);
            }
        }
        return rows;
    }

    private static int rows(int caller, int call) {
        return 1 + (caller + call) % 3;
    }

    private static void check(Model model, int caller, int call) {
        int width = 1 + caller % 5;
        float[] values = new float[rows(caller, call) * width];
        for (int i = 0; i < values.length; i++) {
            values[i] = caller * 10_000 + call * 100 + i;
        }
        Tensor x = TestModels.floats("x", Shape.of(rows(caller, call), width), values);
        InferenceRequest request = InferenceRequest.of(x);
        InferenceResponse response = call % 2 == 0
                ? model.infer(request)
                : model.inferAsync(request).toCompletableFuture().join();
        assertThat(response.output("y").shape()).isEqualTo(x.shape());
        assertThat(TestModels.floats(response.output("y"))).containsExactly(values);
    }

    @Test
    void counterIsExactAcrossWorkerProcesses() throws Exception {
        TestModels.bias(base.models(), "bias", 1, 4, 1);
        try (Holder holder = base.start(ArenaLayout.PACKED)) {
            assertThat(holder).isNotNull();
            base.load("bias");
            try (ChildJvm one = worker(700);
                    ChildJvm two = worker(900);
                    Models models = base.serve("bias", base.engine())) {
                assertThat(one.readLine()).isEqualTo("counted 700");
                assertThat(two.readLine()).isEqualTo("counted 900");
                assertThat(models.get("bias").counter()).isEqualTo(1600);
            }
        }
    }

    private ChildJvm worker(int calls) throws IOException {
        return ChildJvm.start(WorkerMain.class, root.toString(), "bias", Integer.toString(calls));
    }
}
