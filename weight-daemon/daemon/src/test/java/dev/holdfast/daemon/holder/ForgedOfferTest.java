package dev.holdfast.daemon.holder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.daemon.onnx.ModelZoo;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.memory.OpenDescriptorsCheck;
import dev.holdfast.memory.OwnedDescriptor;
import dev.holdfast.memory.SealedArena;
import dev.holdfast.memory.WeightArena;
import dev.holdfast.protocol.ArenaDescription;
import dev.holdfast.protocol.HolderClient;
import dev.holdfast.protocol.Lease;
import dev.holdfast.protocol.Manifest;
import dev.holdfast.protocol.Offer;
import dev.holdfast.protocol.RefusalCode;
import dev.holdfast.protocol.StatusReport;
import dev.holdfast.protocol.VersionSelector;
import dev.holdfast.protocol.VersionState;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A holder was started again and waits for a sealed version to be brought back; this process has the real one. Forgeries
 * leave it as it is, so that after all of them, the real one is still taken.
 */
@Tag("core")
@ExtendWith(OpenDescriptorsCheck.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ForgedOfferTest {
    private static final String MODEL = "bias";

    @TempDir
    static Path root;

    private static HolderBase base;
    private static Holder holder;
    private static Lease lost;

    @BeforeAll
    static void restartHolder() throws IOException {
        Assumptions.assumeTrue(
                SealedArena.isSupported(), () -> SealedArena.whyUnsupported().orElse(""));
        base = new HolderBase(root);
        ModelZoo.bias(base.models(), MODEL, 1, 1024, 1f);
        try (Holder first = base.start(ArenaLayout.SEALED);
                HolderClient client = base.client()) {
            client.load(MODEL, Optional.empty(), false);
            lost = client.lease(MODEL, VersionSelector.active(), Duration.ZERO, Optional.empty());
        }
        holder = base.start(ArenaLayout.SEALED);
    }

    @AfterAll
    static void stopHolder() {
        holder.close();
        lost.close();
    }

    @AfterEach
    void versionIsInTheTable() {
        assertThat(holder.table().listings()).hasSize(1);
        assertThat(holder.table().listings().get(0).versions()).hasSize(1);
    }

    private static VersionState state() {
        return holder.table().listings().get(0).versions().get(0).state();
    }

    private static RefusalCode offer(Manifest manifest, FileDescriptor... descriptors) throws IOException {
        try (RawClient client = RawClient.greeted(base.socket())) {
            client.send(new Offer(manifest, Optional.empty()), descriptors);
            return client.refusal();
        }
    }

    /** Offers the descriptor, which this closes, with the real manifest. */
    private static void assertRefused(OwnedDescriptor forged) throws IOException {
        assertRefused(lost.manifest(), forged);
    }

    private static void assertRefused(Manifest manifest, OwnedDescriptor forged) throws IOException {
        try (OwnedDescriptor owned = forged;
                FileInputStream file = new FileInputStream("/proc/self/fd/" + owned.value())) {
            assertThat(offer(manifest, file.getFD())).isEqualTo(RefusalCode.OFFER_REFUSED);
        }
        assertThat(state()).isEqualTo(VersionState.ADOPTING);
    }

    private static int size() {
        return Math.toIntExact(lost.manifest().arena().sizeBytes());
    }

    /** The bytes of the real version. */
    private static byte[] content() throws IOException {
        try (WeightArena arena = lost.openArena();
                FileInputStream file = new FileInputStream(
                        "/proc/self/fd/" + arena.descriptor().orElseThrow().value())) {
            return file.readNBytes(size());
        }
    }

    private static OwnedDescriptor realDescriptor() {
        try (WeightArena arena = lost.openArena()) {
            return arena.descriptor().orElseThrow().duplicate();
        }
    }

    @Test
    void rightBytesWithoutASealAreRefused() throws IOException {
        assertRefused(ForgedMemory.memfd(content(), 0));
    }

    @Test
    void rightBytesThatCanStillBeWrittenAreRefused() throws IOException {
        assertRefused(ForgedMemory.memfd(content(), ForgedMemory.ALL_SEALS & ~ForgedMemory.F_SEAL_WRITE));
    }

    @Test
    void otherBytesOfTheRightSizeAreRefused() throws IOException {
        byte[] bytes = content();
        bytes[bytes.length / 2] ^= 1;
        assertRefused(ForgedMemory.memfd(bytes, ForgedMemory.ALL_SEALS));
    }

    @Test
    void tooFewBytesAreRefused() throws IOException {
        assertRefused(ForgedMemory.memfd(new byte[size() - 1], ForgedMemory.ALL_SEALS));
    }

    @Test
    void tooManyBytesAreRefused() throws IOException {
        assertRefused(ForgedMemory.memfd(new byte[size() + 1], ForgedMemory.ALL_SEALS));
    }

    @Test
    void nothingAtAllIsRefused() throws IOException {
        assertThat(offer(lost.manifest())).isEqualTo(RefusalCode.OFFER_REFUSED);
        assertThat(state()).isEqualTo(VersionState.ADOPTING);
    }

    @Test
    void realArenaTwiceIsRefused() throws IOException {
        try (OwnedDescriptor real = realDescriptor();
                FileInputStream file = new FileInputStream("/proc/self/fd/" + real.value())) {
            assertThat(offer(lost.manifest(), file.getFD(), file.getFD())).isEqualTo(RefusalCode.OFFER_REFUSED);
        }
        assertThat(state()).isEqualTo(VersionState.ADOPTING);
    }

    @Test
    void regularFileWithTheRightBytesIsRefused() throws IOException {
        Path file = Files.write(root.resolve("copy"), content());
        try (FileInputStream copy = new FileInputStream(file.toFile())) {
            assertThat(offer(lost.manifest(), copy.getFD())).isEqualTo(RefusalCode.OFFER_REFUSED);
        }
        assertThat(state()).isEqualTo(VersionState.ADOPTING);
    }

    @Test
    void pipeIsRefused() throws IOException {
        List<OwnedDescriptor> ends = ForgedMemory.pipe();
        try (OwnedDescriptor writing = ends.get(1)) {
            assertRefused(ends.get(0));
        }
    }

    private static Manifest with(Manifest manifest, String model, ArenaDescription arena) {
        return new Manifest(
                manifest.format(),
                model,
                manifest.version(),
                arena,
                manifest.graph(),
                manifest.tensors(),
                manifest.build(),
                manifest.config());
    }

    @Test
    void realArenaOfAModelTheJournalDoesNotKnowIsRefused() throws IOException {
        Manifest other = with(lost.manifest(), "other", lost.manifest().arena());
        assertRefused(other, realDescriptor());
    }

    @Test
    void alteredManifestIsRefused() throws IOException {
        byte[] forged = new byte[size() + 4096];
        ArenaDescription real = lost.manifest().arena();
        ArenaDescription larger =
                new ArenaDescription(real.kind(), real.layout(), real.device(), forged.length, real.digest());
        assertRefused(with(lost.manifest(), MODEL, larger), ForgedMemory.memfd(forged, ForgedMemory.ALL_SEALS));
    }

    @Test
    void packedManifestWithADescriptorIsRefused() throws IOException {
        assertRefused(packed(), realDescriptor());
    }

    @Test
    void packedManifestOfASealedVersionIsRefused() throws IOException {
        assertThat(offer(packed())).isEqualTo(RefusalCode.OFFER_REFUSED);
        assertThat(state()).isEqualTo(VersionState.ADOPTING);
    }

    private static Manifest packed() {
        ArenaDescription real = lost.manifest().arena();
        return with(
                lost.manifest(),
                MODEL,
                new ArenaDescription(real.kind(), ArenaLayout.PACKED, real.device(), real.sizeBytes(), real.digest()));
    }

    @Test
    @Order(Integer.MAX_VALUE)
    void realVersionIsTakenAfterAllForgeries() {
        assertThat(state()).isEqualTo(VersionState.ADOPTING);
        try (HolderClient client = base.client();
                Lease again = client.offer(lost)) {
            StatusReport status = client.status();
            assertThat(again.manifest()).isEqualTo(lost.manifest());
            assertThat(state()).isEqualTo(VersionState.PUBLISHED);
            assertThat(status.counters()).containsEntry("holder.versions.adopted", 1L);
        }
        holder.close(); // or its copy of the version would count as left open
    }
}
