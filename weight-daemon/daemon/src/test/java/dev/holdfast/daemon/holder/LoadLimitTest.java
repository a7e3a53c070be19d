package dev.holdfast.daemon.holder;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.holdfast.daemon.loader.Placement;
import dev.holdfast.daemon.onnx.ModelZoo;
import dev.holdfast.daemon.onnx.OnnxGraph.Content;
import dev.holdfast.daemon.onnx.OnnxGraph.Initializer;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.memory.OpenDescriptorsCheck;
import dev.holdfast.protocol.Event;
import dev.holdfast.protocol.EventType;
import dev.holdfast.protocol.HolderEvents;
import dev.holdfast.protocol.RefusalCode;
import dev.holdfast.protocol.RefusedException;
import dev.holdfast.protocol.TensorType;
import dev.holdfast.protocol.VersionState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a load may not do: run twice at once, take more memory than there is, or take forever. */
@ExtendWith(OpenDescriptorsCheck.class)
class LoadLimitTest {
    private static final int WIDTH = 16_384;
    private static final long BYTES = WIDTH * (long) Float.BYTES;

    @TempDir
    Path root;

    @EachPlacement(host = ArenaLayout.SEALED)
    @Tag("core")
    void secondLoadOfOneVersionIsRefusedAndTheFirstGoesOnToPublish(Placement placement) throws Exception {
        try (ServingHolder holder = ServingHolder.start(root, placement)) {
            ModelZoo.bias(holder.models(), "bias", 1, WIDTH, 1);
            CompletableFuture<Void> first = holder.loadMeanwhile("bias", 1);
            ProcessHandle loader = RunningLoaders.await();
            RunningLoaders.signal(loader, "STOP");
            try {
                assertThat(holder.refusalOfLoad("bias", 1))
                        .hasMessageContaining("version 1 of model 'bias' is being loaded already")
                        .satisfies(refused -> assertThat(refused.code()).isEqualTo(RefusalCode.ALREADY_LOADING));
                assertThat(ServingHolder.refusal(() -> holder.client().unload("bias", Optional.of(1L), true)))
                        .hasMessageContainingAll("is loading", "unload it when that is done");
                assertThat(holder.state("bias", 1)).contains(VersionState.LOADING);
            } finally {
                RunningLoaders.signal(loader, "CONT");
            }
            first.get(30, TimeUnit.SECONDS);
            holder.assertLeasable("bias", 1);
        }
    }

    @EachPlacement
    void loadOverTheBudgetIsRefusedWithTheNumbersBeforeItOptimises(Placement placement) throws IOException {
        try (ServingHolder holder = ServingHolder.start(root, placement, withBudget(BYTES + BYTES / 2))) {
            ModelZoo.bias(holder.models(), "first", 1, WIDTH, 1);
            ModelZoo.bias(holder.models(), "second", 1, WIDTH, 2);
            holder.load("first", 1);
            long used = holder.status().usedBytes();
            Map<String, Long> descriptors = holder.descriptors();
            List<String> stages = new ArrayList<>();
            RefusedException refused = refusalWatched(holder, "second", stages);
            assertThat(refused.code()).isEqualTo(RefusalCode.OVER_BUDGET);
            assertThat(refused)
                    .hasMessageContainingAll(
                            "version 1 of model 'second' needs 64.0 KiB",
                            "memory budget of 96.0 KiB",
                            "64.0 KiB are in use",
                            "32.0 KiB are free",
                            "--memory-budget");
            assertThat(stages).containsExactly("checking");
            holder.awaitNothingLeft(descriptors);
            assertThat(holder.status().usedBytes()).isEqualTo(used);
            assertThat(holder.model("second")).isEmpty();
            holder.assertLeasable("first", 1);

            holder.unloadAll("first");
            holder.load("second", 1);
            holder.assertLeasable("second", 1);
        }
    }

    @EachPlacement
    void weightsInsideTheModelFileAreCountedOnceTheArenasSizeIsKnown(Placement placement) throws IOException {
        try (ServingHolder holder = ServingHolder.start(root, placement, withBudget(BYTES / 2))) {
            ByteString ones = ByteString.copyFrom(new byte[(int) BYTES]);
            Initializer inline =
                    new Initializer("b", TensorType.FLOAT, List.of((long) WIDTH), new Content.Inline(ones));
            ModelZoo.write(holder.models(), "inline", 1, ModelZoo.addition(WIDTH, inline));
            Map<String, Long> descriptors = holder.descriptors();
            List<String> stages = new ArrayList<>();
            RefusedException refused = refusalWatched(holder, "inline", stages);
            assertThat(refused.code()).isEqualTo(RefusalCode.OVER_BUDGET);
            assertThat(refused).hasMessageContainingAll("needs 64.0 KiB", "0 B are in use", "32.0 KiB are free");
            assertThat(stages).contains("optimising").doesNotContain("filling");
            holder.awaitNothingLeft(descriptors);
            assertThat(holder.status().usedBytes()).isZero();
        }
    }

    private static RefusedException refusalWatched(ServingHolder holder, String model, List<String> stages) {
        try (HolderEvents events = holder.watch()) {
            RefusedException refused = holder.refusalOfLoad(model, 1);
            for (Event event = events.next(); event.eventType() != EventType.LOAD_FAILED; event = events.next()) {
                if (event.eventType() == EventType.PROGRESS) {
                    stages.add(event.text());
                }
            }
            return refused;
        }
    }

    @Test
    @Tag("core")
    void loaderThatHangsPastItsDeadlineIsKilled() throws Exception {
        Duration deadline = Duration.ofSeconds(8);
        try (ServingHolder holder = ServingHolder.start(
                root,
                ArenaLayout.SEALED,
                config -> ServingHolder.with(config, config.memoryBudgetBytes(), deadline, config.cacheLimitBytes()))) {
            ModelZoo.bias(holder.models(), "steady", 1, WIDTH, 1);
            holder.load("steady", 1);
            ModelZoo.bias(holder.models(), "hung", 1, WIDTH, 1);
            Map<String, Long> descriptors = holder.descriptors();
            long used = holder.status().usedBytes();
            try (HolderEvents events = holder.watch()) {
                CompletableFuture<Void> load = holder.loadMeanwhile("hung", 1);
                Event unused = ServingHolder.next(events, EventType.PROGRESS);
                RunningLoaders.signal(RunningLoaders.await(), "STOP");
                assertThat(load)
                        .failsWithin(Duration.ofSeconds(30))
                        .withThrowableThat()
                        .havingRootCause()
                        .withMessageContainingAll(
                                "version 1 of model 'hung' did not end within 8 s", "--load-deadline");
            }
            holder.awaitNothingLeft(descriptors);
            assertThat(holder.status().usedBytes()).isEqualTo(used);
            holder.assertLeasable("steady", 1);
            holder.load("hung", 1);
            holder.assertLeasable("hung", 1);
        }
    }

    private static UnaryOperator<HolderConfig> withBudget(long bytes) {
        return config -> ServingHolder.with(config, bytes, config.loadDeadline(), config.cacheLimitBytes());
    }
}
