package dev.holdfast.daemon.holder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.memory.ArenaWriter;
import dev.holdfast.memory.OpenDescriptorsCheck;
import dev.holdfast.memory.OwnedDescriptor;
import dev.holdfast.memory.SealedArena;
import dev.holdfast.memory.TreeDigest;
import dev.holdfast.memory.WeightArena;
import dev.holdfast.memory.cuda.CudaArena;
import dev.holdfast.protocol.DigestConnection;
import dev.holdfast.protocol.RefusalCode;
import dev.holdfast.protocol.RefusedException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Children that digest for the holder, here given sealed host memory as well, which works without a device. */
@Tag("core")
@ExtendWith(OpenDescriptorsCheck.class)
class DigestJobsTest {
    private static final int SIZE_BYTES = 3 * TreeDigest.LEAF_BYTES + 17;
    private static final String NO_DEVICE = "GPU-00000000-0000-0000-0000-000000000000";

    @TempDir
    Path root;

    private HolderBase base;
    private Holder holder;

    @BeforeEach
    void start() throws IOException {
        Assumptions.assumeTrue(
                SealedArena.isSupported(), () -> SealedArena.whyUnsupported().orElse(""));
        base = new HolderBase(root);
        holder = base.start(ArenaLayout.SEALED);
    }

    @AfterEach
    void stop() {
        if (holder != null) {
            holder.close();
        }
    }

    private Path content() throws IOException {
        byte[] bytes = new byte[SIZE_BYTES];
        new Random(7).nextBytes(bytes);
        return Files.write(root.resolve("content"), bytes);
    }

    private static WeightArena sealed(Path content) throws IOException {
        try (FileChannel source = FileChannel.open(content);
                ArenaWriter writer = SealedArena.create("digest-jobs", SIZE_BYTES)) {
            writer.write(0, source, 0, SIZE_BYTES);
            return writer.finish();
        }
    }

    @Test
    void aChildDigestsWhatItIsGiven() throws Exception {
        Path content = content();
        try (HeldMemory memory = new HeldMemory(sealed(content), Optional.empty())) {
            assertThat(holder.digests().digest(memory, Optional.empty())).isEqualTo(TreeDigest.of(content));
        }
    }

    @Test
    void memoryThatTheChildCannotMapIsRefusedWithItsReason() throws Exception {
        List<OwnedDescriptor> pipe = ForgedMemory.pipe();
        try (HeldMemory forged =
                new HeldMemory(CudaArena.adopt(pipe.get(0), NO_DEVICE, SIZE_BYTES), Optional.of(pipe.get(1)))) {
            assertThatExceptionOfType(Refusal.class)
                    .isThrownBy(() -> holder.digests().digest(forged, Optional.empty()))
                    .withMessageMatching("its bytes can't be digested: .*(driver|" + NO_DEVICE + ").*")
                    .satisfies(e -> assertThat(e.code()).isEqualTo(RefusalCode.STORAGE_FAILED));
        }
    }

    @Test
    void aStrangerGetsNoDescriptor() {
        try (DigestConnection stranger = DigestConnection.connect(base.socket(), HolderBase.LIMIT, "guessed")) {
            assertThatExceptionOfType(RefusedException.class)
                    .isThrownBy(() -> stranger.fetch(1))
                    .withMessageContaining("is no child of this holder");
            assertThatExceptionOfType(RefusedException.class)
                    .isThrownBy(() -> stranger.failed("made up"))
                    .withMessageContaining("is no child of this holder");
        }
    }

    @Test
    void aStoppedHolderStartsNoChild() throws Exception {
        holder.close();
        try (HeldMemory memory = new HeldMemory(sealed(content()), Optional.empty())) {
            assertThatExceptionOfType(Refusal.class)
                    .isThrownBy(() -> holder.digests().digest(memory, Optional.empty()))
                    .satisfies(e -> assertThat(e.code()).isEqualTo(RefusalCode.STOPPING));
        }
    }
}
