package dev.holdfast.daemon.holder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.holdfast.daemon.loader.Placement;
import dev.holdfast.daemon.onnx.ModelZoo;
import dev.holdfast.memory.ChildJvm;
import dev.holdfast.memory.OpenDescriptorsCheck;
import dev.holdfast.memory.WeightArena;
import dev.holdfast.protocol.HolderClient;
import dev.holdfast.protocol.Lease;
import dev.holdfast.protocol.RefusalCode;
import dev.holdfast.protocol.RefusedException;
import dev.holdfast.protocol.VersionSelector;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@Tag("core")
@ExtendWith(OpenDescriptorsCheck.class)
class LoadAndLeaseTest {
    @TempDir
    Path root;

    @EachPlacement
    void loadedVersionIsLeasedWithItsBytes(Placement placement) throws Exception {
        HolderBase base = new HolderBase(root);
        ModelZoo.bias(base.models(), "bias", 1, 4096, 2.5f);
        try (Holder holder = base.start(placement);
                HolderClient client = base.client()) {
            client.load("bias", Optional.empty(), false);
            try (Lease lease = client.lease("bias", VersionSelector.active(), Duration.ZERO, Optional.empty());
                    WeightArena arena = lease.openArena()) {
                assertThat(lease.manifest().version()).isEqualTo(1);
                assertThat(arena.digest()).isEqualTo(lease.manifest().arena().digest());
                assertThat(arena.sizeBytes()).isGreaterThanOrEqualTo(4096 * Float.BYTES);
                assertThat(client.status().models().get(0).versions().get(0).leases())
                        .hasSize(1);
            }
        }
    }

    @EachPlacement
    void threeProcessesDigestTheSameBytesEachInAMappingOfItsOwn(Placement placement) throws Exception {
        HolderBase base = new HolderBase(root);
        ModelZoo.bias(base.models(), "bias", 1, 1 << 20, 2.5f);
        try (Holder holder = base.start(placement);
                HolderClient client = base.client()) {
            client.load("bias", Optional.empty(), false);
            List<ChildJvm> readers = new ArrayList<>();
            try (Lease lease = client.lease("bias", VersionSelector.active(), Duration.ZERO, Optional.empty())) {
                for (int i = 0; i < 3; i++) {
                    readers.add(ChildJvm.start(ReaderMain.class, base.socket().toString(), "bias", "digest"));
                }
                for (ChildJvm reader : readers) {
                    assertThat(reader.readLine())
                            .isEqualTo("digest " + lease.manifest().arena().digest());
                }
            } finally {
                readers.forEach(ChildJvm::close);
            }
        }
    }

    @EachPlacement
    void leaseOfWhatIsNotThereSaysHowToLoadIt(Placement placement) throws Exception {
        HolderBase base = new HolderBase(root);
        try (Holder holder = base.start(placement);
                HolderClient client = base.client()) {
            assertThatExceptionOfType(RefusedException.class)
                    .isThrownBy(
                            () -> client.lease("nothing", VersionSelector.active(), Duration.ZERO, Optional.empty()))
                    .withMessageContaining("holdfast load nothing")
                    .satisfies(e -> assertThat(e.code()).isEqualTo(RefusalCode.LEASE_UNAVAILABLE));
        }
    }
}
