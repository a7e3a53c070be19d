package dev.holdfast.daemon.holder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.holdfast.daemon.loader.Placement;
import dev.holdfast.daemon.onnx.ModelZoo;
import dev.holdfast.memory.ChildJvm;
import dev.holdfast.memory.WeightArena;
import dev.holdfast.protocol.HolderClient;
import dev.holdfast.protocol.Lease;
import dev.holdfast.protocol.RefusedException;
import dev.holdfast.protocol.StatusReport;
import dev.holdfast.protocol.VersionSelector;
import dev.holdfast.protocol.VersionState;
import dev.holdfast.protocol.VersionSummary;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What versions that their loader owns and shares by legacy CUDA IPC have beyond others on a device. */
@Tag("gpu")
class CudaIpcVersionTest {
    private static final int WIDTH = 4096;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    Path root;

    private HolderBase base;
    private Placement placement;
    private Optional<ProcessHandle> owner = Optional.empty();

    @BeforeEach
    void models() throws IOException {
        placement = TestDevice.requiredToShareByIpc();
        base = new HolderBase(root);
        ModelZoo.bias(base.models(), "bias", 1, WIDTH, 2.5f);
    }

    @AfterEach
    void endOwner() {
        owner.ifPresent(ProcessHandle::destroyForcibly);
    }

    private ChildJvm startHolder() throws Exception {
        return HolderMain.start(root, placement, PATIENCE);
    }

    private ChildJvm startReader() throws IOException {
        return ChildJvm.start(ReaderMain.class, base.socket().toString(), "bias", "session", Integer.toString(WIDTH));
    }

    private void load(ChildJvm holder) {
        try (HolderClient client = base.client()) {
            client.load("bias", Optional.empty(), false);
            owner = RunningLoaders.of(ProcessHandle.of(holder.pid()).orElseThrow()).stream()
                    .findFirst();
            assertThat(owner).as("the loader lives on").isPresent();
        }
    }

    private Lease lease() {
        try (HolderClient client = base.client()) {
            return client.lease("bias", VersionSelector.active(), Duration.ZERO, Optional.empty());
        }
    }

    private static Optional<VersionSummary> version(StatusReport status) {
        return status.models().stream()
                .flatMap(model -> model.versions().stream())
                .findFirst();
    }

    private static boolean isAdopted(StatusReport status) {
        return Objects.equals(status.counters().get("holder.versions.adopted"), 1L);
    }

    @Test
    void aVersionHasNoCounterOnTheDevice() throws Exception {
        try (ChildJvm holder = startHolder()) {
            load(holder);
            try (Lease lease = lease()) {
                assertThat(lease.openDeviceCounter()).isEmpty();
            }
            assertThat(MappedDriver.linesOf(holder.pid())).isEmpty();
        }
    }

    @Test
    void withoutReadersTheOwnerBringsItsMemoryToTheNextHolder() throws Exception {
        try (ChildJvm first = startHolder()) {
            load(first);
        }
        try (ChildJvm second = startHolder()) {
            base.awaitStatus(CudaIpcVersionTest::isAdopted);
            try (Lease lease = lease();
                    WeightArena arena = lease.openArena()) {
                assertThat(arena.digest()).isEqualTo(lease.manifest().arena().digest());
            }
            assertThat(second.pid()).isPositive();
        }
    }

    @Test
    void aVersionWhoseOwnerIsKilledIsServedOnByThoseThatHaveItMapped() throws Exception {
        try (ChildJvm holder = startHolder()) {
            load(holder);
            try (ChildJvm reader = startReader()) {
                assertThat(reader.readLine()).startsWith("ready ");
                owner.orElseThrow().destroyForcibly();
                base.awaitStatus(status -> version(status)
                        .filter(found -> found.state() == VersionState.LOST)
                        .isPresent());
                assertThatExceptionOfType(RefusedException.class)
                        .isThrownBy(this::lease)
                        .withMessageContaining("the process that owned its memory has ended");
                holder.close();
                assertThat(reader.readLine()).isEqualTo("reads on");
            }
        }
    }
}
