package dev.holdfast.daemon.holder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.holdfast.daemon.loader.Placement;
import dev.holdfast.daemon.onnx.ModelZoo;
import dev.holdfast.memory.ArenaKind;
import dev.holdfast.memory.ChildJvm;
import dev.holdfast.memory.CpuIdentity;
import dev.holdfast.memory.WeightArena;
import dev.holdfast.memory.cuda.CudaCounter;
import dev.holdfast.memory.cuda.CudaDriver;
import dev.holdfast.onnxruntime.OnnxRuntime;
import dev.holdfast.protocol.Done;
import dev.holdfast.protocol.HolderClient;
import dev.holdfast.protocol.Lease;
import dev.holdfast.protocol.RefusalCode;
import dev.holdfast.protocol.RefusedException;
import dev.holdfast.protocol.RuntimeIdentity;
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
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Versions in a device's memory, with a holder in a process of its own, which has no part in the device. */
@Tag("gpu")
class CudaVersionTest {
    private static final int WIDTH = 4096;

    @TempDir
    Path root;

    private HolderBase base;
    private String device;

    @BeforeEach
    void models() throws IOException {
        Placement placement = TestDevice.required();
        device = placement.device();
        base = new HolderBase(root);
        ModelZoo.bias(base.models(), "bias", 1, WIDTH, 2.5f);
    }

    private ChildJvm startHolder() throws Exception {
        ChildJvm holder = ChildJvm.start(HolderMain.class, root.toString(), device);
        assertThat(holder.readLine()).contains("serving");
        return holder;
    }

    private ChildJvm startReader() throws IOException {
        return ChildJvm.start(ReaderMain.class, base.socket().toString(), "bias", "session", Integer.toString(WIDTH));
    }

    private static Lease lease(HolderClient client) {
        return client.lease("bias", VersionSelector.active(), Duration.ZERO, Optional.empty());
    }

    private StatusReport awaitStatus(Predicate<StatusReport> wanted) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (true) {
            try (HolderClient client = base.client()) {
                StatusReport status = client.status();
                if (wanted.test(status)) {
                    return status;
                }
                assertThat(System.nanoTime())
                        .as("waiting; last status %s", status)
                        .isLessThan(deadline);
            }
            Thread.sleep(20);
        }
    }

    private static Optional<VersionSummary> version(StatusReport status) {
        return status.models().stream()
                .flatMap(model -> model.versions().stream())
                .findFirst();
    }

    @Test
    void aLoadedVersionIsLeasedWithItsBytesAndVerified() throws Exception {
        try (ChildJvm holder = startHolder();
                HolderClient client = base.client()) {
            Done loaded = client.load("bias", Optional.empty(), false);
            assertThat(loaded.versions().get(0).device()).isEqualTo(device);
            assertThat(loaded.versions().get(0).kind()).isEqualTo(ArenaKind.CUDA);
            try (Lease lease = lease(client);
                    WeightArena arena = lease.openArena()) {
                assertThat(lease.manifest().build().executionProvider()).isEqualTo("CUDAExecutionProvider");
                assertThat(arena.digest()).isEqualTo(lease.manifest().arena().digest());
            }
            assertThat(client.verify("bias", Optional.empty()).text()).contains("is what its digest says");
            assertThat(MappedDriver.linesOf(holder.pid())).isEmpty();
        }
    }

    @Test
    void anUnloadedVersionGivesItsDeviceMemoryBack() throws Exception {
        ModelZoo.bias(base.models(), "large", 1, 16 << 20, 1f);
        try (ChildJvm holder = startHolder();
                HolderClient client = base.client()) {
            long before = CudaDriver.load().device(device).freeBytes();
            client.load("large", Optional.empty(), false);
            long loaded = CudaDriver.load().device(device).freeBytes();
            assertThat(before - loaded).isBetween(64L << 20, 96L << 20);
            client.unload("large", Optional.empty(), false);
            Optional<VersionSummary> left =
                    version(awaitStatus(status -> version(status).isEmpty()));
            assertThat(left).isEmpty();
            assertThat(CudaDriver.load().device(device).freeBytes()).isEqualTo(before);
            assertThat(holder.pid()).isPositive();
        }
    }

    @Test
    void theCounterOnTheDeviceIsSharedByEveryLease() throws Exception {
        try (ChildJvm holder = startHolder();
                HolderClient client = base.client()) {
            client.load("bias", Optional.empty(), false);
            try (Lease one = lease(client);
                    Lease two = lease(client);
                    CudaCounter first = one.openDeviceCounter().orElseThrow();
                    CudaCounter second = two.openDeviceCounter().orElseThrow()) {
                assertThat(first.addAndGet(1)).isEqualTo(1);
                assertThat(second.addAndGet(1)).isEqualTo(2);
                assertThat(first.get()).isEqualTo(2);
            }
            assertThat(holder.pid()).isPositive();
        }
    }

    @Test
    void readersReadOnAndTheRestartedHolderAdoptsTheSameMemoryWithoutLoading() throws Exception {
        try (ChildJvm first = startHolder()) {
            try (HolderClient client = base.client()) {
                client.load("bias", Optional.empty(), false);
            }
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
                    StatusReport status = awaitStatus(now -> version(now)
                            .filter(found -> found.state() == VersionState.PUBLISHED
                                    && found.leases().size() == 2)
                            .isPresent());
                    assertThat(status.counters())
                            .containsEntry("holder.versions.loaded", 0L)
                            .containsEntry("holder.versions.adopted", 1L);
                    assertThat(MappedDriver.linesOf(second.pid())).isEmpty();
                }
            }
        }
    }

    @Test
    void aWorkerThatDoesNotSeeTheDeviceIsTold() throws Exception {
        CpuIdentity cpu = CpuIdentity.current();
        RuntimeIdentity blind = new RuntimeIdentity(
                OnnxRuntime.load().version(),
                cpu.architecture(),
                cpu.features(),
                List.of("CUDAExecutionProvider", "CPUExecutionProvider"),
                List.of());
        try (ChildJvm holder = startHolder();
                HolderClient client = base.client()) {
            client.load("bias", Optional.empty(), false);
            assertThatExceptionOfType(RefusedException.class)
                    .isThrownBy(() -> client.lease("bias", VersionSelector.active(), Duration.ZERO, Optional.of(blind)))
                    .withMessageContaining("is on device " + device)
                    .satisfies(e -> assertThat(e.code()).isEqualTo(RefusalCode.RUNTIME_MISMATCH));
            assertThat(holder.pid()).isPositive();
        }
    }
}
