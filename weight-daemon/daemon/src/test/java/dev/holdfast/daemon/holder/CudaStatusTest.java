package dev.holdfast.daemon.holder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.daemon.device.DeviceUsage;
import dev.holdfast.daemon.device.DeviceUsages;
import dev.holdfast.daemon.loader.Placement;
import dev.holdfast.daemon.onnx.ModelZoo;
import dev.holdfast.memory.ChildJvm;
import dev.holdfast.protocol.HolderClient;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;

/** What is told of a device's memory, with NVML itself and a holder in a process of its own. */
class CudaStatusTest {
    @TempDir
    Path root;

    @EachPlacement(host = {})
    void deviceIsToldWithItsArenaAndTheHolderTakesNothingOfIt(Placement placement) throws Exception {
        HolderBase base = new HolderBase(root);
        ModelZoo.bias(base.models(), "bias", 1, 4096, 2.5f);
        try (ChildJvm holder = HolderMain.start(root, placement);
                HolderClient client = base.client()) {
            long arenaBytes = client.load("bias", Optional.empty(), false)
                    .versions()
                    .get(0)
                    .sizeBytes();
            assertThat(client.holder().pid()).isEqualTo(holder.pid());
            DeviceUsage usage = DeviceUsages.of(client.status(), true).get(0);
            assertThat(usage.uuid()).isEqualTo(placement.device());
            assertThat(usage.arenaBytes()).isEqualTo(arenaBytes);
            assertThat(usage.totalBytes().orElseThrow())
                    .as("problem: %s", usage.problem())
                    .isGreaterThan(usage.freeBytes().orElseThrow());
            // In a container the driver may not tell.
            assertThat(usage.processes().get(0).bytes().orElse(0L)).isZero();
        }
    }
}
