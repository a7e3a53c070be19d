package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.daemon.holder.Holder;
import dev.holdfast.memory.ArenaLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Callers that may be kept for a while compute what they ask for, where that costs nobody else anything. */
@Tag("core")
class PatienceTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration LONGEST = Duration.ofSeconds(Long.MAX_VALUE);

    @TempDir
    Path root;

    private TestHolder base;

    @BeforeEach
    void models() throws Exception {
        base = new TestHolder(root);
        TestModels.bias(base.models(), "bias", 1, 4, 1);
    }

    private static CompletableFuture<InferenceResponse> ask(Model model, Duration patience) {
        return model.inferAsync(InferenceRequest.of(TestModels.row(1, 4)), patience)
                .toCompletableFuture();
    }

    @Test
    void whatAPatientCallerAsksForIsCompleteOnReturn() throws Exception {
        try (Holder holder = base.start(ArenaLayout.PACKED);
                Models models = base.serve("bias", base.engine())) {
            assertThat(holder).isNotNull();
            Model model = models.get("bias");
            assertThat(ask(model, Duration.ZERO).join().output("y").shape()).isEqualTo(Shape.of(1, 4));
            TestHolder.await(() -> ask(model, HOUR).isDone(), "a run in the calling thread");
            assertThat(TestModels.floats(ask(model, LONGEST).join().output("y")))
                    .containsOnly(2f);
        }
    }

    @Test
    void patienceDoesNotCutABatchShort() throws Exception {
        TestModels.config(
                base.models(),
                "bias",
                "max_batch_size: 4 dynamic_batching { max_queue_delay_microseconds: 600000000 }");
        try (Holder holder = base.start(ArenaLayout.PACKED);
                Models models = base.serve("bias", base.engine())) {
            assertThat(holder).isNotNull();
            Model model = models.get("bias");
            model.infer(InferenceRequest.of(TestModels.floats("x", Shape.of(4, 4), new float[16])));
            CompletableFuture<InferenceResponse> first = ask(model, HOUR);
            assertThat(first).isNotDone();
            assertThat(ask(model, HOUR)).isNotDone();
            assertThat(ask(model, HOUR)).isNotDone();
            assertThat(ask(model, HOUR).join().output("y").shape()).isEqualTo(Shape.of(1, 4));
            assertThat(TestModels.floats(first.join().output("y"))).containsOnly(2f);
            assertThat(model.statistics().get(0).executionCount()).isEqualTo(2);
        }
    }

    @Test
    void slowRunIsLeftToTheEnginesThreads() throws Exception {
        TestModels.power(base.models(), "power", 3000);
        try (Holder holder = base.start(ArenaLayout.PACKED);
                Models models = base.serve("power", base.engine())) {
            assertThat(holder).isNotNull();
            Model model = models.get("power");
            model.infer(InferenceRequest.of(TestModels.floats("x", Shape.of(2, 2), new float[4])));
            Cancellation end = new Cancellation();
            InferenceRequest minutes = InferenceRequest.of(
                            TestModels.floats("x", Shape.of(2000, 2000), new float[4_000_000]))
                    .withCancellation(end);
            CompletableFuture<InferenceResponse> running =
                    model.inferAsync(minutes, Duration.ofMillis(1)).toCompletableFuture();
            assertThat(running).isNotDone();
            end.cancel();
            assertThat(running).isCompletedExceptionally();
        }
    }
}
