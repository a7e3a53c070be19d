package dev.holdfast.daemon.holder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.daemon.loader.Placement;
import dev.holdfast.daemon.onnx.ModelZoo;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.memory.OpenDescriptorsCheck;
import dev.holdfast.protocol.Lease;
import dev.holdfast.protocol.ModelListing;
import dev.holdfast.protocol.RefusalCode;
import dev.holdfast.protocol.RefusedException;
import dev.holdfast.protocol.VersionSelector;
import dev.holdfast.protocol.VersionState;
import dev.holdfast.protocol.VersionSummary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Which versions of a model stay resident: by version_policy, by a pin, by an operator's word. */
@ExtendWith(OpenDescriptorsCheck.class)
class VersionPolicyTest {
    private static final String LATEST_2 = "latest { num_versions: 2 }";

    @TempDir
    Path root;

    private ServingHolder start(Placement placement, String policy, int versions) throws IOException {
        ServingHolder holder = ServingHolder.start(root, placement);
        for (int version = 1; version <= versions; version++) {
            ModelZoo.bias(holder.models(), "bias", version, 16, version);
        }
        setPolicy(holder, policy);
        return holder;
    }

    private static void setPolicy(ServingHolder holder, String policy) throws IOException {
        Files.writeString(holder.models().resolve("bias/config.pbtxt"), "version_policy { " + policy + " }\n");
    }

    private static List<Long> resident(ServingHolder holder) {
        return holder.model("bias").map(ModelListing::versions).orElse(List.of()).stream()
                .map(VersionSummary::version)
                .toList();
    }

    @EachPlacement
    @Tag("core")
    void newVersionDrainsTheOldOneWhichIsFreedWithItsLastLease(Placement placement) throws IOException {
        try (ServingHolder holder = start(placement, "latest { }", 2)) {
            holder.load("bias", 1);
            Path files = holder.directory("bias", 1);
            try (Lease lease = holder.lease("bias", VersionSelector.active())) {
                holder.load("bias", 2);
                assertThat(holder.state("bias", 1)).contains(VersionState.DRAINING);
                assertThat(holder.version("bias", 1).orElseThrow().reason())
                        .contains("no longer selected by version_policy (latest 1)");
                assertThat(lease.isConnected()).isTrue();
                assertThat(files).isDirectory();
                assertThat(holder.active("bias")).contains(2L);
                assertRefusesLease(holder, 1);
                assertThat(holder.refusalOfLoad("bias", 1))
                        .hasMessageContainingAll(
                                "version 1 of model 'bias' is draining and still leased by pid "
                                        + ProcessHandle.current().pid(),
                                "a second copy is not loaded");
            }
            ServingHolder.await(
                    "the end of version 1", () -> holder.version("bias", 1).isEmpty());
            assertThat(files).doesNotExist();
            assertThat(holder.temporaries()).isEmpty();
            holder.assertLeasable("bias", 2);
        }
    }

    private static void assertRefusesLease(ServingHolder holder, long version) {
        RefusedException refused = ServingHolder.refusal(() -> holder.lease("bias", VersionSelector.exactly(version)));
        assertThat(refused.code()).isEqualTo(RefusalCode.VERSION_NOT_FOUND);
        assertThat(refused).hasMessageContaining("is draining and grants no new leases");
    }

    @Test
    void latestTwoKeepsTheTwoHighest() throws IOException {
        try (ServingHolder holder = start(Placement.onHost(ArenaLayout.PACKED), LATEST_2, 3)) {
            holder.load("bias", 1);
            holder.load("bias", 2);
            assertThat(resident(holder)).containsExactly(1L, 2L);
            holder.load("bias", 3);
            assertThat(resident(holder)).containsExactly(2L, 3L);
            assertThat(holder.refusalOfLoad("bias", 1))
                    .hasMessageContainingAll("version_policy (latest 2)", "does not select version 1", "--pin");
            assertThat(resident(holder)).containsExactly(2L, 3L);
        }
    }

    @EachPlacement(host = ArenaLayout.SEALED)
    void modelLoadedByNameAloneGetsAllItsPolicySelects(Placement placement) throws IOException {
        try (ServingHolder holder = start(placement, "specific { versions: [ 1, 3 ] }", 3)) {
            holder.client().load("bias", Optional.empty(), false);
            assertThat(resident(holder)).containsExactly(1L, 3L);
            assertThat(holder.active("bias")).contains(3L);
            assertThat(holder.refusalOfLoad("bias", 2)).hasMessageContaining("does not select version 2");
            setPolicy(holder, "all { }");
            holder.client().load("bias", Optional.empty(), false);
            assertThat(resident(holder)).containsExactly(1L, 2L, 3L);
            assertThat(holder.active("bias")).contains(3L);
        }
    }

    @EachPlacement(host = ArenaLayout.SEALED)
    void pinKeepsWhatThePolicyLetsGoUntilItIsUnpinned(Placement placement) throws IOException {
        try (ServingHolder holder = start(placement, "latest { }", 2)) {
            holder.load("bias", 1);
            holder.client().pin("bias", 1, true);
            holder.load("bias", 2);
            assertThat(holder.state("bias", 1)).contains(VersionState.PUBLISHED);
            assertThat(ServingHolder.refusal(() -> holder.client().unload("bias", Optional.of(1L), false)))
                    .hasMessageContainingAll("is pinned", "unpin it first", "--force");
            holder.client().pin("bias", 1, false);
            ServingHolder.await("the end of version 1", () -> resident(holder).equals(List.of(2L)));
            assertThat(ServingHolder.refusal(() -> holder.client().pin("bias", 1, true)))
                    .hasMessageContainingAll("version 1 of model 'bias' is not loaded", "holdfast load bias:1");
        }
    }

    @Test
    void versionThatThePolicyDoesNotSelectIsLoadedWithAPin() throws IOException {
        try (ServingHolder holder = start(Placement.onHost(ArenaLayout.PACKED), "latest { }", 2)) {
            holder.load("bias", 2);
            holder.client().load("bias", Optional.of(1L), true);
            assertThat(resident(holder)).containsExactly(1L, 2L);
            assertThat(holder.version("bias", 1).orElseThrow().pinned()).isTrue();
            assertThat(holder.active("bias")).contains(2L);
        }
    }

    @Test
    void loadOfWhatIsPublishedAlreadyLeavesItAsItIsAndSaysSo() throws IOException {
        try (ServingHolder holder = start(Placement.onHost(ArenaLayout.SEALED), "latest { }", 1)) {
            holder.load("bias", 1);
            assertThat(holder.client().load("bias", Optional.of(1L), true).text())
                    .contains("version 1 of model 'bias' is published already", "holdfast pin");
            assertThat(holder.version("bias", 1).orElseThrow().pinned()).isFalse();
        }
    }

    @EachPlacement(host = ArenaLayout.SEALED)
    @Tag("core")
    void activeVersionIsTheHighestUntilAnOperatorMovesItAndBack(Placement placement) throws IOException {
        try (ServingHolder holder = start(placement, LATEST_2, 3)) {
            holder.load("bias", 1);
            assertThat(ServingHolder.refusal(() -> holder.client().rollback("bias")))
                    .hasMessageContaining("has had no other active version");
            holder.load("bias", 2);
            assertThat(holder.active("bias")).contains(2L);
            assertThat(holder.client().rollback("bias").text()).contains("version 1 of model 'bias' is active");
            assertLeases(holder, 1);
            holder.client().rollback("bias");
            assertLeases(holder, 2);
            holder.client().activate("bias", Optional.of(1L));
            assertThat(ServingHolder.refusal(() -> holder.client().activate("bias", Optional.of(3L))))
                    .hasMessageContainingAll("version 3 of model 'bias' is not loaded", "holdfast load bias:3");
            assertThat(ServingHolder.refusal(() -> holder.client().activate("nobody", Optional.of(1L))))
                    .hasMessageContaining("no version of model 'nobody' is loaded");

            holder.load("bias", 3);
            assertThat(resident(holder)).as("the operator's choice stays").containsExactly(1L, 2L, 3L);
            assertLeases(holder, 1);
            holder.client().activate("bias", Optional.empty());
            assertLeases(holder, 3);
            ServingHolder.await("the end of version 1", () -> resident(holder).equals(List.of(2L, 3L)));
            assertThat(ServingHolder.refusal(() -> holder.client().rollback("bias")))
                    .hasMessageContainingAll("version 1 of model 'bias' was active before", "no longer resident");
        }
    }

    private static void assertLeases(ServingHolder holder, long active) {
        assertThat(holder.active("bias")).contains(active);
        try (Lease lease = holder.lease("bias", VersionSelector.active())) {
            assertThat(lease.manifest().version()).isEqualTo(active);
        }
    }

    @Test
    void unloadedActiveVersionHandsOverToTheHighestThatServes() throws IOException {
        try (ServingHolder holder = start(Placement.onHost(ArenaLayout.SEALED), LATEST_2, 2)) {
            holder.client().load("bias", Optional.empty(), false);
            holder.client().activate("bias", Optional.of(1L));
            holder.client().unload("bias", Optional.of(1L), false);
            assertLeases(holder, 2);
        }
    }

    @EachPlacement
    void unloadOfWhatIsLeasedDrainsItAndByForceNamesWhoHoldsIt(Placement placement) throws IOException {
        try (ServingHolder holder = start(placement, "latest { }", 1)) {
            holder.load("bias", 1);
            holder.client().pin("bias", 1, true);
            ProcessHandle self = ProcessHandle.current();
            try (Lease lease = holder.lease("bias", VersionSelector.active())) {
                String answer =
                        holder.client().unload("bias", Optional.of(1L), true).text();
                assertThat(answer)
                        .contains("leases open: 1, held by pid " + self.pid(), "uid ")
                        .contains(self.info().command().orElseThrow());
                assertThat(lease.isConnected()).isTrue();
                assertRefusesLease(holder, 1);
                assertThat(ServingHolder.refusal(() -> holder.client().pin("bias", 1, true)))
                        .hasMessageContaining("can't pin version 1 of model 'bias': it is draining");
                assertThat(ServingHolder.refusal(() -> holder.client().activate("bias", Optional.of(1L))))
                        .hasMessageContaining("can't activate version 1 of model 'bias': it is draining");
                assertThat(holder.client()
                                .unload("bias", Optional.of(1L), false)
                                .text())
                        .contains("is freed when its last lease closes; leases open: 1");
            }
            ServingHolder.await("retirement", () -> holder.model("bias").isEmpty());
            assertThat(holder.status().usedBytes()).isZero();
            assertThat(ServingHolder.children(holder.state().resolve("versions")))
                    .isEmpty();
        }
    }

    @Test
    void unloadOfWhatIsNotThereSaysSo() throws IOException {
        try (ServingHolder holder = start(Placement.onHost(ArenaLayout.SEALED), "latest { }", 1)) {
            assertThat(ServingHolder.refusal(() -> holder.client().unload("bias", Optional.of(1L), false)))
                    .hasMessageContaining("no version of model 'bias' is loaded");
            assertThat(ServingHolder.refusal(() -> holder.client().unload("bias", Optional.empty(), true)))
                    .hasMessageContaining("no version of model 'bias' is loaded");
        }
    }
}
