package dev.holdfast.daemon.holder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.daemon.loader.Placement;
import dev.holdfast.daemon.onnx.ModelZoo;
import dev.holdfast.daemon.state.StateLayout;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.memory.ChildJvm;
import dev.holdfast.memory.OpenDescriptorsCheck;
import dev.holdfast.protocol.HolderClient;
import dev.holdfast.protocol.LeaseSummary;
import dev.holdfast.protocol.RefusalCode;
import dev.holdfast.protocol.RefusedException;
import dev.holdfast.protocol.StatusReport;
import dev.holdfast.protocol.VersionSelector;
import dev.holdfast.protocol.VersionState;
import dev.holdfast.protocol.VersionSummary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A holder in a process of its own is killed (-9) and started again while a worker has a version that is to go. */
@Tag("core")
@ExtendWith(OpenDescriptorsCheck.class)
class RestartedDrainTest {
    private static final int WIDTH = 4096;

    @TempDir
    Path root;

    private HolderBase base;

    @BeforeEach
    void models() throws IOException {
        base = new HolderBase(root);
        ModelZoo.bias(base.models(), "bias", 1, WIDTH, 2.5f);
        ModelZoo.bias(base.models(), "bias", 2, WIDTH, 3.5f);
    }

    private void load(long version) {
        try (HolderClient client = base.client()) {
            client.load("bias", Optional.of(version), false);
        }
    }

    private void unload() {
        try (HolderClient client = base.client()) {
            client.unload("bias", Optional.empty(), false);
        }
    }

    private void lease(VersionSelector selector) {
        try (HolderClient client = base.client()) {
            client.lease("bias", selector, Duration.ZERO, Optional.empty()).close();
        }
    }

    /** @param mode as {@link ReaderMain} knows it */
    private ChildJvm readerOfLoaded(ChildJvm holder, String mode) throws Exception {
        assertThat(holder.pid()).isPositive();
        load(1);
        ChildJvm reader =
                ChildJvm.start(ReaderMain.class, base.socket().toString(), "bias", mode, Integer.toString(WIDTH));
        assertThat(reader.readLine()).startsWith("ready ");
        return reader;
    }

    private static List<VersionSummary> versions(StatusReport status) {
        return status.models().stream()
                .flatMap(model -> model.versions().stream())
                .toList();
    }

    private VersionSummary onlyVersion() throws InterruptedException {
        List<VersionSummary> versions = versions(base.awaitStatus(status -> true));
        assertThat(versions).hasSize(1);
        return versions.get(0);
    }

    @EachPlacement(notOverCudaIpc = "its workers are not told from its owner, so that their leases do not count again")
    void leaseOfAWorkerThatComesBackCountsUntilItEnds(Placement placement) throws Exception {
        try (ChildJvm first = HolderMain.start(root, placement);
                ChildJvm reader = readerOfLoaded(first, "session")) {
            unload();
            first.close();
            assertThat(reader.readLine()).isEqualTo("reads on");
            try (ChildJvm second = HolderMain.start(root, placement)) {
                assertThat(reader.readLine()).startsWith("reattached ");
                assertThat(onlyVersion().state()).isEqualTo(VersionState.DRAINING);
                assertThat(onlyVersion().leases()).extracting(LeaseSummary::pid).containsExactly(reader.pid());
                assertRefused(RefusalCode.LEASE_UNAVAILABLE, "leased by pid " + reader.pid(), () -> load(1));
                assertRefused(RefusalCode.VERSION_NOT_FOUND, "is draining", () -> lease(VersionSelector.exactly(1)));
                load(2);
                lease(VersionSelector.active());
                reader.close();
                List<VersionSummary> left =
                        versions(base.awaitStatus(status -> versions(status).size() == 1));
                assertThat(left).extracting(VersionSummary::version).containsExactly(2L);
                assertThat(second.pid()).isPositive();
            }
        }
    }

    private static void assertRefused(RefusalCode code, String reason, Runnable request) {
        RefusedException refused = ServingHolder.refusal(request);
        assertThat(refused).hasMessageContaining(reason);
        assertThat(refused.code()).isEqualTo(code);
    }

    @EachPlacement
    void versionOfAWorkerThatStaysAwayCanBeLoadedAgainAsSoonAsThatHasEnded(Placement placement) throws Exception {
        try (ChildJvm first = HolderMain.start(root, placement);
                ChildJvm reader = readerOfLoaded(first, "map")) {
            unload();
            first.close();
            try (ChildJvm second = HolderMain.start(root, placement)) {
                assertThat(onlyVersion().state()).isEqualTo(VersionState.DRAINING);
                assertThat(onlyVersion().leases()).isEmpty();
                assertRefused(RefusalCode.LEASE_UNAVAILABLE, "has not reconnected yet", () -> load(1));
                reader.close();
                load(1);
                assertThat(onlyVersion().state()).isEqualTo(VersionState.PUBLISHED);
                assertThat(second.pid()).isPositive();
            }
        }
    }

    @Test
    void versionThatIsNotAdoptedSinceItsGraphIsDamagedDrains() throws Exception {
        Placement placement = Placement.onHost(ArenaLayout.PACKED);
        try (ChildJvm first = HolderMain.start(root, placement);
                ChildJvm reader = readerOfLoaded(first, "map")) {
            Path graph = new StateLayout(base.state())
                    .version(onlyVersion().digest().orElseThrow())
                    .resolve(StateLayout.GRAPH);
            first.close();
            Files.delete(graph);
            Files.writeString(graph, "no graph");
            try (ChildJvm second = HolderMain.start(root, placement)) {
                base.awaitStatus(status -> versions(status).get(0).state() == VersionState.DRAINING);
                assertThat(onlyVersion().reason())
                        .hasValueSatisfying(reason -> assertThat(reason).contains("digest of its graph"));
                reader.close();
                load(1);
                lease(VersionSelector.active());
                assertThat(second.pid()).isPositive();
            }
        }
    }
}
