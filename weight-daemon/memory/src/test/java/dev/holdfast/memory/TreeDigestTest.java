package dev.holdfast.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(OpenDescriptorsCheck.class)
class TreeDigestTest {
    private static final int LARGE = 9_000_001; // three segments, the last leaf short

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path directory;

    /** Computed from the format's description by a program in another language. Byte i of the content is 7i mod 251. */
    @ParameterizedTest
    @CsvSource({
        "0, 57752e6d1b7ae33a9d9b51065fc33f046625dc11b61844ec5c1e1b1125904dda",
        "200000, ab2d8e49e6d98c00b41291916749769887da3d9471154567c3ce70c66993f68b",
    })
    @Tag("core")
    void knownContentHasItsKnownDigest(int sizeBytes, String expected) throws IOException {
        byte[] content = new byte[sizeBytes];
        for (int i = 0; i < sizeBytes; i++) {
            content[i] = (byte) (i * 7L % 251);
        }
        assertThat(TreeDigest.of(file(content))).isEqualTo(new ContentDigest(expected));
    }

    private Path file(byte[] content) throws IOException {
        return Files.write(directory.resolve("content"), content);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 65_535, 65_536, 65_537, 4 << 20, (4 << 20) + 1, LARGE})
    void leavesComputedInAnyOrderGiveTheSameDigest(int sizeBytes) throws IOException {
        byte[] content = WeightFiles.randomBytes(sizeBytes, sizeBytes);
        assertThat(TreeDigest.of(file(content))).isEqualTo(shuffled(content));
    }

    private static ContentDigest shuffled(byte[] content) {
        int count = (content.length + 65_535) / 65_536;
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            order.add(i);
        }
        Collections.shuffle(order, new Random(count));
        byte[] leaves = new byte[count * 32];
        for (int leaf : order) {
            byte[] bytes = Arrays.copyOfRange(content, leaf << 16, Math.min((leaf + 1) << 16, content.length));
            System.arraycopy(TreeDigest.sha256().digest(bytes), 0, leaves, leaf * 32, 32);
        }
        MessageDigest root = TreeDigest.sha256();
        root.update(new byte[] {'h', 'o', 'l', 'd', 'f', 'a', 's', 't', '-', 't', 'r', 'e', 'e', '-', '1', 0});
        root.update(ByteBuffer.allocate(8).putLong(content.length).array());
        return new ContentDigest(HexFormat.of().formatHex(root.digest(leaves)));
    }

    @Test
    void everyByteCounts() throws IOException {
        byte[] content = WeightFiles.randomBytes(LARGE, 1);
        ContentDigest before = TreeDigest.of(file(content));
        for (int changed : new int[] {0, 65_536, LARGE - 1}) {
            content[changed] ^= 1;
            assertThat(TreeDigest.of(file(content))).isNotEqualTo(before);
            content[changed] ^= 1;
        }
    }

    @Test
    void progressAscendsToTheWholeSize() throws IOException {
        List<Long> reported = new ArrayList<>();
        try (FileChannel content = FileChannel.open(file(new byte[LARGE]))) {
            TreeDigest.of(content, LARGE, reported::add);
        }
        assertThat(reported).isSorted().doesNotHaveDuplicates().hasSize(3).endsWith((long) LARGE);
    }

    @ParameterizedTest
    @ValueSource(ints = {100, LARGE})
    void contentThatEndsEarlyIsAnError(int sizeBytes) throws IOException {
        try (FileChannel content = FileChannel.open(file(new byte[sizeBytes - 10]))) {
            assertThatThrownBy(() -> TreeDigest.of(content, sizeBytes))
                    .isInstanceOf(EOFException.class)
                    .hasMessageContaining("ends at byte " + (sizeBytes - 10) + " of " + sizeBytes);
        }
    }

    @Test
    void theFilesPositionStays() throws IOException {
        try (FileChannel content = FileChannel.open(file(new byte[1000]))) {
            content.position(77);
            TreeDigest.of(content, 1000);
            assertThat(content.position()).isEqualTo(77);
        }
    }

    @Test
    void anInterruptEndsItAndLeavesTheFileOpen() throws IOException {
        try (FileChannel content = FileChannel.open(file(new byte[LARGE]))) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> TreeDigest.of(content, LARGE)).isInstanceOf(InterruptedIOException.class);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(content.isOpen()).isTrue();
        }
    }

    @Test
    void noThreadIsLeftBehind() throws Exception {
        TreeDigest.of(file(new byte[LARGE]));
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().equals("holdfast-digest")) {
                thread.join(10_000); // the pool has ended, and its threads are about to
                assertThat(thread.isAlive()).isFalse();
            }
        }
    }
}
