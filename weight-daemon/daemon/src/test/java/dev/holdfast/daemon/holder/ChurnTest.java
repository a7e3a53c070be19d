package dev.holdfast.daemon.holder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.daemon.loader.Placement;
import dev.holdfast.daemon.onnx.ModelZoo;
import dev.holdfast.memory.ArenaKind;
import dev.holdfast.memory.ChildJvm;
import dev.holdfast.protocol.HolderClient;
import dev.holdfast.protocol.StatusReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** Workers come and are killed (-9), again and again. */
class ChurnTest {
    private static final int CYCLES = 200;
    private static final int CYCLES_OVER_CUDA_IPC = 40;
    private static final int AT_ONCE = 4;
    private static final int AT_ONCE_ON_A_DEVICE = 8;
    private static final long RSS_SLACK_BYTES = 32L << 20;

    @TempDir
    Path root;

    @EachPlacement
    @Tag("alone")
    void killedReadersLeaveNothingBehindInTheHolder(Placement placement) throws Exception {
        HolderBase base = new HolderBase(root);
        ModelZoo.bias(base.models(), "bias", 1, 1 << 18, 2.5f);
        int cycles = placement.isOwnedByProcess() ? CYCLES_OVER_CUDA_IPC : CYCLES;
        int atOnce = placement.kind() == ArenaKind.HOST ? AT_ONCE : AT_ONCE_ON_A_DEVICE;
        try (ChildJvm holder = HolderMain.start(root, placement);
                DeviceMemory memory = DeviceMemory.of(placement)) {
            try (HolderClient client = base.client()) {
                client.load("bias", Optional.empty(), false);
                attachAndKill(base, 2, atOnce);
                StatusReport before = awaitNoLease(client);
                long descriptors = descriptors(holder.pid());
                long free = memory.awaitSteady();
                attachAndKill(base, cycles / atOnce, atOnce);
                StatusReport after = awaitNoLease(client);
                memory.awaitReturnTo(free);
                if (placement.kind() != ArenaKind.HOST) {
                    System.out.printf(
                            "measured: %d readers attached to %s and killed: %d free bytes before, %d after%n",
                            cycles, placement, free, memory.freeBytes());
                }
                assertThat(descriptors(holder.pid())).isEqualTo(descriptors);
                assertThat(after.usedBytes()).isEqualTo(before.usedBytes());
                assertThat(after.residentBytes()).isLessThan(before.residentBytes() + RSS_SLACK_BYTES);
                assertThat(granted(after)).isEqualTo(granted(before) + cycles);
            }
        }
    }

    private static long granted(StatusReport status) {
        return status.counters().getOrDefault("holder.leases.granted", 0L);
    }

    private static void attachAndKill(HolderBase base, int rounds, int atOnce) throws Exception {
        for (int round = 0; round < rounds; round++) {
            List<ChildJvm> readers = new ArrayList<>();
            try {
                for (int i = 0; i < atOnce; i++) {
                    readers.add(ChildJvm.start(ReaderMain.class, base.socket().toString(), "bias", "map"));
                }
                for (ChildJvm reader : readers) {
                    assertThat(reader.readLine()).startsWith("ready ");
                }
            } finally {
                readers.forEach(ChildJvm::close);
            }
        }
    }

    private static StatusReport awaitNoLease(HolderClient client) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (true) {
            StatusReport status = client.status();
            if (status.models().get(0).versions().get(0).leases().isEmpty()) {
                return status;
            }
            assertThat(System.nanoTime())
                    .as("leases of killed readers are still open")
                    .isLessThan(deadline);
            Thread.sleep(10);
        }
    }

    private static long descriptors(long pid) throws Exception {
        try (Stream<Path> open = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
            return open.count();
        }
    }
}
