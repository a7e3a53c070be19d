package dev.holdfast.daemon.holder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.daemon.loader.Placement;
import dev.holdfast.daemon.onnx.ModelZoo;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.memory.OpenDescriptorsCheck;
import dev.holdfast.memory.WeightArena;
import dev.holdfast.memory.cuda.DamagedArena;
import dev.holdfast.protocol.Event;
import dev.holdfast.protocol.EventType;
import dev.holdfast.protocol.HolderEvents;
import dev.holdfast.protocol.Lease;
import dev.holdfast.protocol.RefusalCode;
import dev.holdfast.protocol.VersionSelector;
import dev.holdfast.protocol.VersionState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes are digested again on request, and wrong ones cost their version alone. */
@ExtendWith(OpenDescriptorsCheck.class)
class VerifyTest {
    @TempDir
    Path root;

    private ServingHolder start(Placement placement) throws IOException {
        ServingHolder holder = ServingHolder.start(root, placement);
        ModelZoo.bias(holder.models(), "bias", 1, 1024, 1);
        ModelZoo.bias(holder.models(), "bias", 2, 1024, 2);
        Files.writeString(holder.models().resolve("bias/config.pbtxt"), "version_policy { all { } }\n");
        holder.client().load("bias", Optional.empty(), false);
        return holder;
    }

    @EachPlacement
    void versionsThatAreWhatTheirDigestsSayStayAsTheyAre(Placement placement) throws IOException {
        try (ServingHolder holder = start(placement)) {
            assertThat(holder.client().verify("bias", Optional.empty()).text())
                    .contains("version 1 of model 'bias' is what its digest says", "version 2 of model 'bias' is what");
            assertThat(holder.state("bias", 1)).contains(VersionState.PUBLISHED);
            assertThat(holder.version("bias", 1).orElseThrow().leases()).isEmpty();
            assertThat(ServingHolder.refusal(() -> holder.client().verify("bias", Optional.of(3L))))
                    .hasMessageContaining("version 3 of model 'bias' is not loaded");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"weights", "graph"})
    @Tag("core")
    void corruptVersionGrantsNoLeasesAndTheOthersServeOn(String file) throws IOException {
        try (ServingHolder holder = start(Placement.onHost(ArenaLayout.PACKED))) {
            assertCorrupt(
                    holder,
                    file,
                    lease -> DamagedFile.flipLastByte(lease.directory().resolve(file)));
        }
    }

    @EachPlacement(host = {})
    void bytesThatChangeOnTheDeviceCostTheirVersionAlone(Placement placement) throws IOException {
        try (ServingHolder holder = start(placement)) {
            assertCorrupt(holder, "weights", lease -> {
                try (WeightArena arena = lease.openArena()) {
                    DamagedArena.flipFirstByte(arena);
                }
            });
        }
    }

    /** Something that the operating system and the driver let an owner do. */
    private interface Damage {
        void inflict(Lease lease) throws IOException;
    }

    private static void assertCorrupt(ServingHolder holder, String what, Damage damage) throws IOException {
        try (HolderEvents events = holder.watch();
                Lease lease = holder.lease("bias", VersionSelector.exactly(2))) {
            damage.inflict(lease);
            assertThat(ServingHolder.refusal(() -> holder.client().verify("bias", Optional.empty())))
                    .hasMessageContainingAll("version 2 of model 'bias' is corrupt", "the digest of its " + what)
                    .satisfies(refused -> assertThat(refused.code()).isEqualTo(RefusalCode.CORRUPT));
            Event corrupt = ServingHolder.next(events, EventType.CORRUPT);
            assertThat(corrupt.version()).isEqualTo(2);
            assertThat(holder.state("bias", 2)).contains(VersionState.CORRUPT);
            assertThat(ServingHolder.refusal(() -> holder.lease("bias", VersionSelector.exactly(2))))
                    .hasMessageContaining("is corrupt and grants no leases")
                    .satisfies(refused -> assertThat(refused.code()).isEqualTo(RefusalCode.CORRUPT));
            assertThat(holder.active("bias")).contains(1L);
            holder.assertLeasable("bias", 1);
        }
        ServingHolder.await(
                "the end of version 2", () -> holder.version("bias", 2).isEmpty());
        holder.load("bias", 2);
        assertThat(holder.client().verify("bias", Optional.of(2L)).text()).contains("is what its digest says");
    }
}
