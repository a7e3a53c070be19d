package dev.holdfast.daemon.holder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.holdfast.daemon.loader.Placement;
import dev.holdfast.daemon.onnx.ModelZoo;
import dev.holdfast.memory.ArenaKind;
import dev.holdfast.memory.ChildJvm;
import dev.holdfast.memory.WeightArena;
import dev.holdfast.memory.cuda.CudaDevice;
import dev.holdfast.memory.cuda.CudaDriver;
import dev.holdfast.protocol.Done;
import dev.holdfast.protocol.HolderClient;
import dev.holdfast.protocol.Lease;
import dev.holdfast.protocol.RefusedException;
import dev.holdfast.protocol.StatusReport;
import dev.holdfast.protocol.VersionSelector;
import dev.holdfast.protocol.VersionState;
import dev.holdfast.protocol.VersionSummary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Versions in a device's memory that their loader owns and shares by legacy CUDA IPC. */
@Tag("gpu")
class CudaIpcVersionTest {
    private static final int WIDTH = 4096;

    @TempDir
    Path root;

    private HolderBase base;
    private Placement placement;
    private Optional<ProcessHandle> owner = Optional.empty();

    @BeforeEach
    void models() throws IOException {
        String uuid = TestDevice.required().device();
        CudaDevice device = CudaDriver.load().device(uuid);
        Assumptions.assumeTrue(device.supportsIpc(), () -> device + " has no CUDA IPC");
        placement = Placement.onCudaIpc(uuid);
        base = new HolderBase(root);
        ModelZoo.bias(base.models(), "bias", 1, WIDTH, 2.5f);
    }

    @AfterEach
    void endOwner() {
        owner.ifPresent(ProcessHandle::destroyForcibly);
    }

    private ChildJvm startHolder() throws Exception {
        return HolderMain.start(root, placement);
    }

    private ChildJvm startReader() throws IOException {
        return ChildJvm.start(ReaderMain.class, base.socket().toString(), "bias", "session", Integer.toString(WIDTH));
    }

    private VersionSummary load(ChildJvm holder, String model) {
        try (HolderClient client = base.client()) {
            Done done = client.load(model, Optional.empty(), false);
            owner = RunningLoaders.of(ProcessHandle.of(holder.pid()).orElseThrow()).stream()
                    .findFirst();
            assertThat(owner).as("the loader lives on").isPresent();
            return done.versions().get(0);
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
    void aLoadedVersionIsLeasedWithItsBytesAndVerifiedWithoutADeviceCounter() throws Exception {
        try (ChildJvm holder = startHolder();
                HolderClient client = base.client()) {
            VersionSummary loaded = load(holder, "bias");
            assertThat(loaded.kind()).isEqualTo(ArenaKind.CUDA_IPC);
            assertThat(loaded.device()).isEqualTo(placement.device());
            try (Lease lease = lease();
                    WeightArena arena = lease.openArena()) {
                assertThat(arena.digest()).isEqualTo(lease.manifest().arena().digest());
                assertThat(lease.openDeviceCounter()).isEmpty();
            }
            assertThat(client.verify("bias", Optional.empty()).text()).contains("is what its digest says");
            assertThat(MappedDriver.linesOf(holder.pid())).isEmpty();
        }
    }

    @Test
    void readersReadOnAndTheRestartedHolderAdoptsTheSameMemoryWithoutLoading() throws Exception {
        try (ChildJvm first = startHolder()) {
            load(first, "bias");
            try (ChildJvm one = startReader();
                    ChildJvm two = startReader()) {
                String ready = one.readLine();
                assertThat(ready).startsWith("ready ");
                assertThat(two.readLine()).isEqualTo(ready);
                Files.move(base.models(), root.resolve("models-away"));
                first.close();
                assertThat(one.readLine()).isEqualTo("reads on");
                assertThat(two.readLine()).isEqualTo("reads on");
                try (ChildJvm second = startHolder()) {
                    assertThat(one.readLine()).isEqualTo(ready.replace("ready", "reattached"));
                    assertThat(two.readLine()).isEqualTo(ready.replace("ready", "reattached"));
                    assertThat(base.awaitStatus(CudaIpcVersionTest::isAdopted).counters())
                            .containsEntry("holder.versions.loaded", 0L);
                    assertThat(MappedDriver.linesOf(second.pid())).isEmpty();
                }
            }
        }
    }

    @Test
    void withoutReadersTheOwnerBringsItsMemoryToTheNextHolder() throws Exception {
        try (ChildJvm first = startHolder()) {
            load(first, "bias");
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
    @Tag("alone")
    void anUnloadedVersionGivesItsDeviceMemoryBack() throws Exception {
        ModelZoo.bias(base.models(), "large", 1, 16 << 20, 1f);
        try (ChildJvm holder = startHolder();
                HolderClient client = base.client();
                DeviceMemory memory = DeviceMemory.of(placement)) {
            long before = memory.awaitSteady();
            load(holder, "large");
            assertThat(before - memory.awaitSteady()).isGreaterThanOrEqualTo(64L << 20);
            client.unload("large", Optional.empty(), false);
            base.awaitStatus(status -> version(status).isEmpty());
            memory.awaitReturnTo(before);
        }
    }

    @Test
    void aVersionWhoseOwnerIsKilledIsServedOnByThoseThatHaveItMapped() throws Exception {
        try (ChildJvm holder = startHolder()) {
            load(holder, "bias");
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
