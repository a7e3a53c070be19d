package dev.holdfast.daemon.holder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.holdfast.daemon.loader.Placement;
import dev.holdfast.daemon.onnx.ModelZoo;
import dev.holdfast.memory.CpuIdentity;
import dev.holdfast.memory.OpenDescriptorsCheck;
import dev.holdfast.memory.cuda.CudaCounter;
import dev.holdfast.onnxruntime.OnnxRuntime;
import dev.holdfast.protocol.Lease;
import dev.holdfast.protocol.RefusalCode;
import dev.holdfast.protocol.RefusedException;
import dev.holdfast.protocol.RuntimeIdentity;
import dev.holdfast.protocol.VersionSelector;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What versions in a device's memory have beyond those on the host. */
@ExtendWith(OpenDescriptorsCheck.class)
class CudaVersionTest {
    private static final long LARGE_BYTES = 64L << 20;

    @TempDir
    Path root;

    private ServingHolder start(Placement placement) throws IOException {
        ServingHolder holder = ServingHolder.start(root, placement);
        ModelZoo.bias(holder.models(), "bias", 1, 4096, 2.5f);
        holder.load("bias", 1);
        return holder;
    }

    @EachPlacement(host = {})
    void aVersionSaysWhereItIsAndWhatComputesOnIt(Placement placement) throws IOException {
        try (ServingHolder holder = start(placement)) {
            assertThat(holder.version("bias", 1).orElseThrow().device()).isEqualTo(placement.device());
            assertThat(holder.version("bias", 1).orElseThrow().kind()).isEqualTo(placement.kind());
            try (Lease lease = holder.lease("bias", VersionSelector.active())) {
                assertThat(lease.manifest().build().executionProvider()).isEqualTo("CUDAExecutionProvider");
            }
        }
    }

    @EachPlacement(host = {})
    @Tag("alone")
    void anUnloadedVersionGivesItsDeviceMemoryBackAndLeavesTheOthers(Placement placement) throws IOException {
        try (ServingHolder holder = start(placement);
                DeviceMemory memory = DeviceMemory.of(placement)) {
            ModelZoo.bias(holder.models(), "large", 1, (int) (LARGE_BYTES / Float.BYTES), 1f);
            long before = memory.awaitSteady();
            holder.load("large", 1);
            long ownersContext = placement.isOwnedByProcess() ? 1L << 30 : 0;
            assertThat(before - memory.awaitSteady()).isBetween(LARGE_BYTES, LARGE_BYTES + (32L << 20) + ownersContext);
            holder.unloadAll("large");
            // The context of another version's owner may have grown meanwhile.
            memory.awaitReturnTo(before, placement.isOwnedByProcess() ? 2L << 20 : 0);
            assertThat(holder.client().verify("bias", Optional.empty()).text()).contains("is what its digest says");
        }
    }

    @EachPlacement(
            host = {},
            notOverCudaIpc = "a counter would need an owner of its own kind; the host's counts alone")
    void theCounterOnTheDeviceIsSharedByEveryLease(Placement placement) throws IOException {
        try (ServingHolder holder = start(placement);
                Lease one = holder.lease("bias", VersionSelector.active());
                Lease two = holder.lease("bias", VersionSelector.active());
                CudaCounter first = one.openDeviceCounter().orElseThrow();
                CudaCounter second = two.openDeviceCounter().orElseThrow()) {
            assertThat(first.addAndGet(1)).isEqualTo(1);
            assertThat(second.addAndGet(1)).isEqualTo(2);
            assertThat(first.get()).isEqualTo(2);
        }
    }

    @EachPlacement(host = {})
    void aWorkerThatCanNotComputeOnItIsTold(Placement placement) throws IOException {
        try (ServingHolder holder = start(placement)) {
            assertRefused(
                    holder,
                    worker(List.of("CUDAExecutionProvider", "CPUExecutionProvider")),
                    "is on device " + placement.device());
            assertRefused(
                    holder,
                    worker(List.of("CPUExecutionProvider"), placement.device()),
                    "optimised for CUDAExecutionProvider");
        }
    }

    private static RuntimeIdentity worker(List<String> providers, String... devices) {
        CpuIdentity cpu = CpuIdentity.current();
        return new RuntimeIdentity(
                OnnxRuntime.load().version(), cpu.architecture(), cpu.features(), providers, List.of(devices));
    }

    private static void assertRefused(ServingHolder holder, RuntimeIdentity worker, String reason) {
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() ->
                        holder.client().lease("bias", VersionSelector.active(), Duration.ZERO, Optional.of(worker)))
                .withMessageContaining(reason)
                .satisfies(e -> assertThat(e.code()).isEqualTo(RefusalCode.RUNTIME_MISMATCH));
    }
}
