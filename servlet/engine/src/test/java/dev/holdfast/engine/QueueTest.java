package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.daemon.holder.Holder;
import dev.holdfast.memory.ArenaLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Limits of the queue, and ways out of it. Batches wait so long for a fourth row that the tests decide when they run. */
class QueueTest extends EngineTest {
    private static final String FOUR =
            "max_batch_size: 4 dynamic_batching { max_queue_delay_microseconds: 600000000 %s }";

    private Models serve(String policy) throws Exception {
        TestModels.pick(base.models(), "pick");
        TestModels.config(base.models(), "pick", FOUR.formatted(policy));
        return base.serve("pick", base.engine());
    }

    private static InferenceRequest index(long index) {
        return InferenceRequest.of(new Tensor("x", DataType.INT64, Shape.of(1), TensorData.ofLongs(index)));
    }

    private static CompletableFuture<InferenceResponse> ask(Model model, InferenceRequest request) {
        return model.inferAsync(request).toCompletableFuture();
    }

    private static Throwable failure(CompletableFuture<InferenceResponse> answer) {
        Throwable thrown = catchThrowableOfType(CompletionException.class, answer::join);
        return Objects.requireNonNull(thrown.getCause());
    }

    @Test
    void oneBadRequestFailsAloneAndItsBatchMatesAreAnswered() throws Exception {
        try (Holder holder = base.start(ArenaLayout.PACKED);
                Models models = serve("")) {
            assertThat(holder).isNotNull();
            Model model = models.get("pick");
            List<CompletableFuture<InferenceResponse>> answers = new ArrayList<>();
            for (long index : new long[] {1, 99, 2, 3}) {
                answers.add(ask(model, index(index)));
            }
            assertThat(failure(answers.remove(1)))
                    .isInstanceOf(InvalidValuesException.class)
                    .hasMessageContaining("out of data bounds");
            assertThat(answers)
                    .extracting(answer -> TestModels.floats(answer.join().output("y"))[0])
                    .containsExactly(10f, 20f, 30f);
            assertThat(model.counter()).isEqualTo(3);
            assertThat(model.statistics().get(0).failures()).containsEntry(InferenceException.Reason.INVALID, 1L);
        }
    }

    @Test
    void theNextBatchIsComputedWhileAnswersAreWritten() throws Exception {
        try (Holder holder = base.start(ArenaLayout.PACKED);
                Models models = serve("")) {
            assertThat(holder).isNotNull();
            Model model = models.get("pick");
            CompletableFuture<String> written = new CompletableFuture<>();
            List<CompletableFuture<?>> slow = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                slow.add(ask(model, index(1)).thenRun(written::join));
            }
            List<CompletableFuture<InferenceResponse>> next = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                next.add(ask(model, index(2)));
            }
            for (CompletableFuture<InferenceResponse> answer : next) {
                assertThat(TestModels.floats(answer.get(60, TimeUnit.SECONDS).output("y"))[0])
                        .isEqualTo(20f);
            }
            assertThat(slow).noneMatch(CompletableFuture::isDone);
            written.complete("");
            slow.forEach(CompletableFuture::join);
        }
    }

    @Test
    void whoAsksAgainWhileOthersAreAnsweredIsNotTakenForOneMore() throws Exception {
        try (Holder holder = base.start(ArenaLayout.PACKED);
                Models models = serve("")) {
            assertThat(holder).isNotNull();
            Model model = models.get("pick");
            for (int i = 0; i < 20; i++) {
                // One after the other and full, so that fewer than four, but more than one, are expected from then on.
                model.infer(InferenceRequest.of(
                        new Tensor("x", DataType.INT64, Shape.of(4), TensorData.ofLongs(0, 1, 2, 3))));
            }
            CompletableFuture.allOf(askInTurn(model, 20), askInTurn(model, 20)).get(60, TimeUnit.SECONDS);
            assertThat(model.statistics().get(0).executionCount()).isEqualTo(40);
        }
    }

    private static CompletableFuture<?> askInTurn(Model model, int times) {
        return times == 0
                ? CompletableFuture.completedFuture("all answered")
                : ask(model, index(1)).thenCompose(answer -> askInTurn(model, times - 1));
    }

    @Test
    void fullQueueRefusesAtOnceAndSaysWhenToComeBack() throws Exception {
        try (Holder holder = base.start(ArenaLayout.PACKED);
                Models models = serve("default_queue_policy { max_queue_size: 3 }")) {
            assertThat(holder).isNotNull();
            Model model = models.get("pick");
            Cancellation all = new Cancellation();
            for (int i = 0; i < 3; i++) {
                assertThat(ask(model, index(i).withCancellation(all))).isNotDone();
            }
            QueueFullException refusal = catchThrowableOfType(QueueFullException.class, () -> model.infer(index(0)));
            assertThat(refusal.retryAfter()).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
            all.cancel();
        }
    }

    @Test
    void cancelledAndLateRequestsAreDroppedBeforeTheyCostARun() throws Exception {
        try (Holder holder = base.start(ArenaLayout.PACKED);
                Models models = serve("")) {
            assertThat(holder).isNotNull();
            Model model = models.get("pick");
            Cancellation gone = new Cancellation();
            CompletableFuture<InferenceResponse> cancelled = ask(model, index(1).withCancellation(gone));
            gone.cancel();
            assertThat(failure(cancelled)).isInstanceOf(RequestCancelledException.class);
            Throwable late = catchThrowable(() -> model.infer(index(2).withTimeout(Duration.ofMillis(30))));
            assertThat(late).isInstanceOf(RequestTimeoutException.class);
            VersionStatistics statistics = model.statistics().get(0);
            assertThat(statistics.executionCount()).isZero();
            assertThat(statistics.fail().count()).isEqualTo(2);
            assertThat(model.counter()).isZero();
        }
    }

    @Test
    void queuePolicysTimeoutRejects() throws Exception {
        try (Holder holder = base.start(ArenaLayout.PACKED);
                Models models = serve("default_queue_policy { default_timeout_microseconds: 30000 }")) {
            assertThat(holder).isNotNull();
            Model model = models.get("pick");
            assertThat(catchThrowable(() -> model.infer(index(2))))
                    .isInstanceOf(RequestTimeoutException.class)
                    .hasMessageContaining("default_timeout_microseconds");
        }
    }

    @Test
    void queuePolicysTimeoutDelaysAndThenRuns() throws Exception {
        String policy = "default_queue_policy { timeout_action: DELAY default_timeout_microseconds: 30000 }";
        try (Holder holder = base.start(ArenaLayout.PACKED);
                Models models = serve(policy)) {
            assertThat(holder).isNotNull();
            assertThat(TestModels.floats(models.get("pick").infer(index(2)).output("y")))
                    .containsExactly(20);
        }
    }

    @Test
    void interruptGivesTheRequestUp() throws Exception {
        try (Holder holder = base.start(ArenaLayout.PACKED);
                Models models = serve("")) {
            assertThat(holder).isNotNull();
            Model model = models.get("pick");
            Thread.currentThread().interrupt();
            assertThat(catchThrowable(() -> model.infer(index(1)))).isInstanceOf(RequestCancelledException.class);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(model.statistics().get(0).failures()).containsEntry(InferenceException.Reason.CANCELLED, 1L);
        }
    }

    @Test
    void closingAnswersWhatStillWaitsAndRefusesTheRest() throws Exception {
        try (Holder holder = base.start(ArenaLayout.PACKED)) {
            assertThat(holder).isNotNull();
            Models models = serve("");
            Model model = models.get("pick");
            CompletableFuture<InferenceResponse> waiting = ask(model, index(1));
            models.close();
            assertThat(TestModels.floats(waiting.join().output("y"))).containsExactly(10);
            assertThat(catchThrowable(() -> model.infer(index(1)))).isInstanceOf(ModelNotReadyException.class);
        }
    }

    @Test
    void closingEndsWhatTakesTooLong() throws Exception {
        TestModels.power(base.models(), "power", 3000);
        try (Holder holder = base.start(ArenaLayout.PACKED)) {
            assertThat(holder).isNotNull();
            Models models = base.serve("power", base.engine().withDrainLimit(Duration.ofMillis(100)));
            Tensor large = TestModels.floats("x", Shape.of(1024, 1024), new float[1024 * 1024]);
            CompletableFuture<InferenceResponse> running = ask(models.get("power"), InferenceRequest.of(large));
            models.close();
            assertThat(failure(running)).isInstanceOf(ModelNotReadyException.class);
        }
    }

    @Test
    void runThatNobodyWaitsForIsEnded() throws Exception {
        TestModels.power(base.models(), "power", 3000);
        try (Holder holder = base.start(ArenaLayout.PACKED);
                Models models = base.serve("power", base.engine())) {
            assertThat(holder).isNotNull();
            Model model = models.get("power");
            Tensor large = TestModels.floats("x", Shape.of(1024, 1024), new float[1024 * 1024]);
            Throwable late =
                    catchThrowable(() -> model.infer(InferenceRequest.of(large).withTimeout(Duration.ofMillis(300))));
            assertThat(late).isInstanceOf(RequestTimeoutException.class);
            Tensor small = TestModels.floats("x", Shape.of(1, 1), 1);
            InferenceResponse next = model.infer(InferenceRequest.of(small).withTimeout(TestHolder.LIMIT));
            assertThat(TestModels.floats(next.output("y"))).containsExactly(1);
        }
    }

    @Test
    void otherInstanceAnswersWhileOneIsBusy() throws Exception {
        TestModels.power(base.models(), "power", 3000);
        TestModels.config(base.models(), "power", "instance_group { count: 2 }");
        try (Holder holder = base.start(ArenaLayout.PACKED);
                Models models = base.serve("power", base.engine())) {
            assertThat(holder).isNotNull();
            Model model = models.get("power");
            Cancellation end = new Cancellation();
            Tensor large = TestModels.floats("x", Shape.of(1024, 1024), new float[1024 * 1024]);
            CompletableFuture<InferenceResponse> busy =
                    ask(model, InferenceRequest.of(large).withCancellation(end));
            Tensor small = TestModels.floats("x", Shape.of(1, 1), 1);
            assertThat(TestModels.floats(model.infer(InferenceRequest.of(small)).output("y")))
                    .containsExactly(1);
            assertThat(busy).isNotDone();
            end.cancel();
            assertThat(failure(busy)).isInstanceOf(RequestCancelledException.class);
        }
    }

    /** The first has waited long enough a little before the second, whose shape is another. */
    @Test
    void otherInstanceTakesWhatHasWaitedWhileOneIsBusy() throws Exception {
        TestModels.power(base.models(), "power", 3000, List.of(-1L, -1L, -1L));
        TestModels.config(
                base.models(),
                "power",
                "max_batch_size: 4 instance_group { count: 2 }"
                        + " dynamic_batching { max_queue_delay_microseconds: 300000 }");
        try (Holder holder = base.start(ArenaLayout.PACKED);
                Models models = base.serve("power", base.engine())) {
            assertThat(holder).isNotNull();
            Model model = models.get("power");
            Cancellation end = new Cancellation();
            Tensor large = TestModels.floats("x", Shape.of(1, 1024, 1024), new float[1024 * 1024]);
            CompletableFuture<InferenceResponse> busy =
                    ask(model, InferenceRequest.of(large).withCancellation(end));
            Tensor small = TestModels.floats("x", Shape.of(1, 1, 1), 1);
            InferenceResponse answer = model.infer(InferenceRequest.of(small));
            assertThat(busy).isNotDone();
            assertThat(TestModels.floats(answer.output("y"))).containsExactly(1);
            end.cancel();
            assertThat(failure(busy)).isInstanceOf(RequestCancelledException.class);
        }
    }
}
