package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.daemon.holder.EachPlacement;
import dev.holdfast.daemon.holder.Holder;
import dev.holdfast.daemon.loader.Placement;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.protocol.TensorType;
import java.util.List;
import org.junit.jupiter.api.Tag;

/** Many callers at once, in one process and in two. */
@Tag("core")
class ConcurrencyTest extends EngineTest {
    private static final int CALLERS = 64;
    private static final int CALLS = 40;

    @EachPlacement(host = ArenaLayout.PACKED)
    void everyOfManyMixedAnswersIsItsOwnRequests(Placement placement) throws Exception {
        TestModels.identity(base.models(), "mixed", TensorType.FLOAT, List.of(-1L, -1L));
        TestModels.config(base.models(), "mixed", TestModels.BATCHING + " instance_group { count: 2 }");
        try (Holder holder = base.start(placement);
                Models models = base.serve("mixed", base.engine())) {
            assertThat(holder).isNotNull();
            Model model = models.get("mixed");
            Load load = Load.start(CALLERS, CALLS, (caller, call) -> MixedCalls.check(model, caller, call));
            assertThat(load.join()).isEmpty();
            VersionStatistics statistics = model.statistics().get(0);
            assertThat(statistics.success().count()).isEqualTo((long) CALLERS * CALLS);
            assertThat(model.counter()).isEqualTo((long) CALLERS * CALLS);
            assertThat(statistics.inferenceCount()).isEqualTo(MixedCalls.rowsOf(CALLERS, CALLS));
            assertThat(statistics.executionCount()).isLessThan((long) CALLERS * CALLS);
            assertThat(statistics.batches().stream()
                            .mapToLong(batch ->
                                    batch.batchSize() * batch.computeInfer().count())
                            .sum())
                    .isEqualTo(statistics.inferenceCount());
        }
    }
}
