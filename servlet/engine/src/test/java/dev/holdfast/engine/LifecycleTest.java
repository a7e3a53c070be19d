package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.daemon.holder.EachPlacement;
import dev.holdfast.daemon.holder.Holder;
import dev.holdfast.daemon.loader.Placement;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.memory.ChildJvm;
import dev.holdfast.protocol.HolderClient;
import dev.holdfast.protocol.TensorType;
import dev.holdfast.protocol.VersionSummary;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Versions and holders come and go under load; no request fails. */
@Tag("core")
class LifecycleTest extends EngineTest {
    private static final int WIDTH = TestModels.WIDTH;
    private static final int CALLERS = 4;

    @EachPlacement
    void versionIsSwitchedUnderLoadWithoutAFailure(Placement placement) throws Exception {
        TestModels.bias(base.models(), "bias", 1, WIDTH, 1);
        try (Holder holder = base.start(placement);
                Models models = base.serve("bias", base.engine())) {
            assertThat(holder).isNotNull();
            Model model = models.get("bias");
            Load load = Load.start(CALLERS, Integer.MAX_VALUE, (caller, call) -> TestModels.checkBias(model, caller));
            for (long version = 2; version <= 4; version++) {
                load.awaitMore(50);
                TestModels.bias(base.models(), "bias", version, WIDTH, (float) version);
                base.load("bias");
                OptionalLong wanted = OptionalLong.of(version);
                TestHolder.await(() -> model.active().equals(wanted), "version " + version);
            }
            load.awaitMore(50);
            assertThat(load.stop()).isEmpty();
            assertThat(model.versions()).containsExactly(4L);
            TestHolder.await(() -> models.readiness().models().get(0).versions().size() == 1, "the old ones' end");
        }
    }

    @EachPlacement
    void killedHolderFailsNoRequestAndTheNextOneIsAttachedTo(Placement placement) throws Exception {
        TestModels.bias(base.models(), "bias", 1, WIDTH, 1);
        try (ChildJvm first = base.startProcess(placement);
                Models models = base.serve("bias", base.engine())) {
            Model model = models.get("bias");
            Load load = Load.start(CALLERS, Integer.MAX_VALUE, (caller, call) -> TestModels.checkBias(model, caller));
            load.awaitMore(50);
            Files.move(base.models(), root.resolve("models-away"));
            first.close();
            TestHolder.await(() -> !models.readiness().holderConnected(), "the loss of the holder");
            assertThat(models.readiness().ready()).isTrue();
            load.awaitMore(200);
            try (ChildJvm second = base.startProcess(placement)) {
                assertThat(second.pid()).isPositive();
                TestHolder.await(() -> isLeased(models), "the lease from the new holder");
                assertThat(adopted()).isEqualTo(1);
                load.awaitMore(50);
                assertThat(load.stop()).isEmpty();
                assertThat(model.counter()).isEqualTo(load.calls());
                try (Models another = Models.open(base.engine())) {
                    assertThat(another.awaitReady(TestHolder.LIMIT)).isTrue();
                    assertThat(another.get("bias").counter()).isEqualTo(load.calls());
                }
            }
        }
    }

    @EachPlacement
    void holderThatRefusesTheOfferIsLeasedFromAnew(Placement placement) throws Exception {
        TestModels.bias(base.models(), "bias", 1, WIDTH, 1);
        try (ChildJvm first = base.startProcess(placement);
                Models models = base.serve("bias", base.engine())) {
            Model model = models.get("bias");
            Load load = Load.start(CALLERS, Integer.MAX_VALUE, (caller, call) -> TestModels.checkBias(model, caller));
            load.awaitMore(50);
            first.close();
            Files.move(root.resolve("state"), root.resolve("state-away"));
            TestModels.bias(base.models(), "bias", 2, WIDTH, 2);
            try (ChildJvm second = base.startProcess(placement)) {
                assertThat(second.pid()).isPositive();
                TestHolder.await(() -> models.readiness().holderConnected(), "the new holder");
                load.awaitMore(50);
                base.load("bias");
                TestHolder.await(() -> model.active().equals(OptionalLong.of(2)), "the new holder's version");
                TestHolder.await(() -> isLeased(models), "the end of what no holder knows");
                load.awaitMore(50);
                assertThat(load.stop()).isEmpty();
                assertThat(model.versions()).containsExactly(2L);
            }
        }
    }

    @Test
    void versionThatStoodInWhenTheHolderDiedStandsInUntilAnotherServesAndIsThenFreed() throws Exception {
        TestModels.bias(base.models(), "bias", 1, WIDTH, 1);
        TestModels.config(base.models(), "bias", TestModels.BATCHING);
        Placement placement = Placement.onHost(ArenaLayout.PACKED);
        try (ChildJvm first = base.startProcess(placement);
                Models models = base.serve("bias", base.engine())) {
            TestModels.identity(base.models(), "bias", 2, TensorType.FLOAT, List.of(2L, 3L));
            base.load("bias");
            TestHolder.await(() -> models.readiness().toString().contains("FAILED"), "the failure");
            first.close();
            TestHolder.await(() -> !models.readiness().holderConnected(), "the loss of the holder");
            try (ChildJvm second = base.startProcess(placement)) {
                assertThat(second.pid()).isPositive();
                TestHolder.await(() -> isLeased(models, 1), "the lease from the new holder");
                TestModels.checkBias(models.get("bias"), 3);
                TestModels.bias(base.models(), "bias", 3, WIDTH, 3);
                base.load("bias");
                TestHolder.await(() -> resident().equals(List.of(3L)), "the end of the others");
                assertThat(models.get("bias").active()).hasValue(3);
                TestModels.checkBias(models.get("bias"), 3);
            }
        }
    }

    private static boolean isLeased(Models models, long version) {
        return models.readiness().models().get(0).versions().stream()
                .anyMatch(here -> here.version() == version && here.leased());
    }

    private List<Long> resident() {
        try (HolderClient client = base.client()) {
            return client.status().models().stream()
                    .flatMap(listing -> listing.versions().stream())
                    .map(VersionSummary::version)
                    .toList();
        }
    }

    private static boolean isLeased(Models models) {
        return models.readiness().models().get(0).versions().stream().allMatch(Readiness.VersionReadiness::leased);
    }

    private long adopted() {
        try (HolderClient client = base.client()) {
            return client.status().counters().getOrDefault("holder.versions.adopted", 0L);
        }
    }

    @EachPlacement(host = ArenaLayout.PACKED)
    void engineWithoutAHolderIsNotReadyAndAttachesWhenItAppears(Placement placement) throws Exception {
        TestModels.bias(base.models(), "bias", 1, WIDTH, 1);
        try (Models models = Models.open(base.engine())) {
            TestHolder.await(() -> models.readiness().reason().contains("weights.sock"), "a reason");
            assertThat(models.readiness().ready()).isFalse();
            try (Holder holder = base.start(placement)) {
                assertThat(holder).isNotNull();
                base.load("bias");
                assertThat(models.awaitReady(TestHolder.LIMIT)).isTrue();
                TestModels.checkBias(models.get("bias"), 3);
            }
        }
    }

    @EachPlacement(host = ArenaLayout.PACKED)
    void versionThatCannotBeBuiltLeavesTheOtherServing(Placement placement) throws Exception {
        TestModels.bias(base.models(), "bias", 1, WIDTH, 1);
        TestModels.config(base.models(), "bias", TestModels.BATCHING);
        try (Holder holder = base.start(placement);
                Models models = base.serve("bias", base.engine())) {
            assertThat(holder).isNotNull();
            TestModels.identity(base.models(), "bias", 2, TensorType.FLOAT, List.of(2L, 3L));
            base.load("bias");
            TestHolder.await(() -> models.readiness().toString().contains("FAILED"), "the failure");
            assertThat(models.readiness().toString()).contains("whose first dimension is not open");
            assertThat(models.readiness().ready()).isTrue();
            TestModels.checkBias(models.get("bias"), 3);
        }
    }

    @EachPlacement(host = ArenaLayout.PACKED)
    void activeVersionFollowsTheHolder(Placement placement) throws Exception {
        TestModels.bias(base.models(), "bias", 1, WIDTH, 1);
        TestModels.bias(base.models(), "bias", 2, WIDTH, 2);
        TestModels.config(base.models(), "bias", "version_policy { all { } }");
        try (Holder holder = base.start(placement);
                Models models = base.serve("bias", base.engine());
                HolderClient client = base.client()) {
            assertThat(holder).isNotNull();
            Model model = models.get("bias");
            TestHolder.await(() -> model.versions().size() == 2, "both versions");
            client.activate("bias", Optional.of(1L));
            TestHolder.await(() -> model.active().equals(OptionalLong.of(1)), "the older version");
            assertThat(model.infer(InferenceRequest.of(TestModels.row(0, WIDTH)))
                            .version())
                    .isEqualTo(1);
            InferenceRequest exact =
                    InferenceRequest.of(TestModels.row(0, WIDTH)).withVersion(2);
            assertThat(model.infer(exact).version()).isEqualTo(2);
            client.unload("bias", Optional.empty(), true);
            TestHolder.await(() -> !model.ready(), "the end");
        }
    }
}
