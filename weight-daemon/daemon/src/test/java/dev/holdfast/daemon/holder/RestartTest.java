package dev.holdfast.daemon.holder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.holdfast.daemon.loader.Placement;
import dev.holdfast.daemon.onnx.ModelZoo;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.memory.ChildJvm;
import dev.holdfast.memory.ContentDigest;
import dev.holdfast.memory.OpenDescriptorsCheck;
import dev.holdfast.memory.SharedCounter;
import dev.holdfast.protocol.Done;
import dev.holdfast.protocol.HolderClient;
import dev.holdfast.protocol.Lease;
import dev.holdfast.protocol.ModelListing;
import dev.holdfast.protocol.StatusReport;
import dev.holdfast.protocol.VersionSelector;
import dev.holdfast.protocol.VersionState;
import dev.holdfast.protocol.VersionSummary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A holder in a process of its own is killed (-9) and started again. */
@Tag("core")
@ExtendWith(OpenDescriptorsCheck.class)
class RestartTest {
    private static final int WIDTH = 4096;

    @TempDir
    Path root;

    private HolderBase base;

    @BeforeEach
    void models() throws IOException {
        base = new HolderBase(root);
        ModelZoo.bias(base.models(), "bias", 1, WIDTH, 2.5f);
    }

    private ChildJvm startReader() throws IOException {
        return ChildJvm.start(ReaderMain.class, base.socket().toString(), "bias", "session", Integer.toString(WIDTH));
    }

    private ContentDigest load() {
        try (HolderClient client = base.client()) {
            Done done = client.load("bias", Optional.empty(), false);
            return done.versions().get(0).digest().orElseThrow();
        }
    }

    private static Optional<VersionSummary> version(StatusReport status) {
        return status.models().stream()
                .filter(model -> model.name().equals("bias"))
                .flatMap(model -> model.versions().stream())
                .findFirst();
    }

    private static boolean isPublished(StatusReport status) {
        return version(status)
                .filter(found -> found.state() == VersionState.PUBLISHED)
                .isPresent();
    }

    @EachPlacement
    void readersReadOnAndTheRestartedHolderAdoptsTheSameVersionWithoutLoading(Placement placement) throws Exception {
        ContentDigest digest;
        try (ChildJvm first = HolderMain.start(root, placement)) {
            digest = load();
            try (ChildJvm one = startReader();
                    ChildJvm two = startReader()) {
                String ready = one.readLine();
                assertThat(ready).startsWith("ready ");
                assertThat(two.readLine()).isEqualTo(ready);
                Files.move(base.models(), root.resolve("models-away"));
                first.close();
                assertThat(one.readLine()).isEqualTo("reads on");
                assertThat(two.readLine()).isEqualTo("reads on");
                try (ChildJvm second = HolderMain.start(root, placement)) {
                    assertThat(one.readLine()).isEqualTo(ready.replace("ready", "reattached"));
                    assertThat(two.readLine()).isEqualTo(ready.replace("ready", "reattached"));
                    StatusReport status = base.awaitStatus(now -> isPublished(now)
                            && version(now).orElseThrow().leases().size() == 2);
                    assertThat(version(status).orElseThrow().digest()).contains(digest);
                    assertThat(status.counters())
                            .containsEntry("holder.versions.loaded", 0L)
                            .containsEntry("holder.versions.adopted", 1L);
                    assertThat(MappedDriver.linesOf(second.pid())).isEmpty();
                }
            }
        }
    }

    @EachPlacement
    void countersEventNumbersPinsAndPointersOutliveTheHolder(Placement placement) throws Exception {
        long lastEvent;
        try (ChildJvm first = HolderMain.start(root, placement);
                ChildJvm reader = readyReader(first)) {
            try (HolderClient client = base.client();
                    Lease lease = client.lease("bias", VersionSelector.active(), Duration.ZERO, Optional.empty());
                    SharedCounter counter = SharedCounter.open(lease.counterFile())) {
                client.pin("bias", 1, true);
                client.activate("bias", Optional.of(1L));
                counter.addAndGet(41);
                lastEvent = client.status().lastEvent();
            }
            first.close();
            try (ChildJvm second = HolderMain.start(root, placement)) {
                StatusReport status = base.awaitStatus(RestartTest::isPublished);
                assertThat(version(status).orElseThrow().pinned()).isTrue();
                assertThat(status.models()).extracting(ModelListing::active).containsExactly(Optional.of(1L));
                assertThat(status.counters()).containsEntry("model.bias", 41L);
                assertThat(status.lastEvent()).isGreaterThan(lastEvent);
            }
        }
    }

    private ChildJvm readyReader(ChildJvm holder) throws Exception {
        assertThat(holder.pid()).isPositive();
        load();
        ChildJvm reader = startReader();
        assertThat(reader.readLine()).startsWith("ready ");
        return reader;
    }

    @EachPlacement(host = ArenaLayout.SEALED)
    void versionWhoseLastReaderDiedWithTheHolderIsDroppedAndCanBeLoadedAgain(Placement placement) throws Exception {
        try (ChildJvm first = HolderMain.start(root, placement)) {
            load();
            first.close();
        }
        try (ChildJvm second = HolderMain.start(root, placement)) {
            StatusReport status = base.awaitStatus(now -> now.models().isEmpty());
            assertThat(status.usedBytes()).isZero();
            load();
            assertThat(base.awaitStatus(RestartTest::isPublished).counters())
                    .containsEntry("holder.versions.loaded", 1L);
        }
    }

    @EachPlacement(host = ArenaLayout.SEALED)
    void noSecondCopyIsLoadedBesideOneThatAStoppedReaderStillHas(Placement placement) throws Exception {
        try (ChildJvm first = HolderMain.start(root, placement);
                ChildJvm reader = readyReader(first)) {
            RunningLoaders.signal(ProcessHandle.of(reader.pid()).orElseThrow(), "STOP");
            first.close();
            try (ChildJvm second = HolderMain.start(root, placement)) {
                assertThat(version(base.awaitStatus(now -> true)).orElseThrow().state())
                        .isEqualTo(VersionState.ADOPTING);
                assertThat(catchThrowable(this::load)).hasMessageContaining("a second copy is not loaded beside it");
                RunningLoaders.signal(ProcessHandle.of(reader.pid()).orElseThrow(), "CONT");
                assertThat(base.awaitStatus(RestartTest::isPublished).counters())
                        .containsEntry("holder.versions.loaded", 0L);
            }
        }
    }
}
