package dev.holdfast.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every kind of {@link WeightArena} must do; each has a subclass that says how to make one.
 *
 * <p>Bytes go in through {@link ArenaWriter} and out through {@link Mapping#copyOut} alone, so that memory which the
 * CPU can't touch passes it too.
 */
@ExtendWith(OpenDescriptorsCheck.class)
public abstract class WeightArenaContract {
    private static final long GIB = 1L << 30;
    private static final int SIZE = 3 * 1024 * 1024 + 17;

    /** Empty, and deleted after the test. */
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    protected Path directory;

    /** A writer of a new arena of the kind under test. */
    protected abstract ArenaWriter create(long sizeBytes) throws IOException;

    /**
     * A process that maps the arena, prints {@code read HEX} with the SHA-256 of all its bytes, and keeps the mapping
     * until it is closed.
     */
    protected abstract ChildJvm startReader(WeightArena arena) throws IOException;

    /** False if the driver gives each mapping in a process the same address. */
    protected boolean mappingsHaveAddressesOfTheirOwn() {
        return true;
    }

    /** An arena of reproducible random bytes. */
    protected WeightArena arenaOf(int sizeBytes) throws IOException {
        return arenaOf(source(sizeBytes), sizeBytes);
    }

    private WeightArena arenaOf(Path source, long sizeBytes) throws IOException {
        try (ArenaWriter writer = create(sizeBytes);
                FileChannel content = FileChannel.open(source)) {
            writer.write(0, content, 0, sizeBytes);
            return writer.finish();
        }
    }

    private Path source(int sizeBytes) throws IOException {
        return WeightFiles.random(directory.resolve("source"), sizeBytes, sizeBytes);
    }

    /** Part of an arena, through a mapping. */
    protected static byte[] read(Mapping mapping, long offsetBytes, int lengthBytes) {
        ByteBuffer target = ByteBuffer.allocate(lengthBytes);
        mapping.copyOut(offsetBytes, target);
        assertThat(target.hasRemaining()).isFalse();
        return target.array();
    }

    @Test
    @Tag("core")
    void bytesComeOutAsTheyWentIn() throws IOException {
        try (WeightArena arena = arenaOf(SIZE);
                Mapping mapping = arena.map()) {
            assertThat(mapping.sizeBytes()).isEqualTo(arena.sizeBytes()).isEqualTo(SIZE);
            assertThat(read(mapping, 0, SIZE)).isEqualTo(WeightFiles.randomBytes(SIZE, SIZE));
        }
    }

    @Test
    void rangesLandAtTheirOffsetsAndTheRestIsZero() throws IOException {
        byte[] bytes = WeightFiles.randomBytes(SIZE, SIZE);
        byte[] expected = new byte[SIZE];
        System.arraycopy(bytes, 5000, expected, 70_001, 1_000_000);
        System.arraycopy(bytes, 0, expected, 64, 17);
        try (ArenaWriter writer = create(SIZE);
                FileChannel content = FileChannel.open(source(SIZE))) {
            writer.write(70_001, content, 5000, 1_000_000);
            writer.write(64, content, 0, 17);
            try (WeightArena arena = writer.finish();
                    Mapping mapping = arena.map()) {
                assertThat(read(mapping, 0, SIZE)).isEqualTo(expected);
            }
        }
    }

    @Test
    void zerosReplaceWhatWasWrittenBefore() throws IOException {
        Path zeros = WeightFiles.sparse(directory.resolve("zeros"), SIZE, 0, new byte[1]);
        try (ArenaWriter writer = create(SIZE);
                FileChannel content = FileChannel.open(source(SIZE));
                FileChannel nothing = FileChannel.open(zeros)) {
            writer.write(0, content, 0, SIZE);
            writer.write(0, nothing, 0, SIZE);
            try (WeightArena arena = writer.finish();
                    Mapping mapping = arena.map()) {
                assertThat(read(mapping, 0, SIZE)).isEqualTo(new byte[SIZE]);
            }
        }
    }

    @Test
    void valuesThatAreNotFiniteAreCounted() throws IOException {
        ByteBuffer values = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
        values.putFloat(1).putFloat(Float.NaN).putFloat(Float.NEGATIVE_INFINITY).putFloat(Float.MAX_VALUE);
        for (int half : new int[] {0x3c00, 0x7c00, 0xfc01, 0x7bff}) { // FP16: 1, infinity, NaN, 65504
            values.putShort((short) half);
        }
        for (int half : new int[] {0x3f80, 0x7f80, 0xffc0, 0x7f7f}) { // BF16: 1, infinity, NaN, the largest
            values.putShort((short) half);
        }
        try (WeightArena arena = arenaOf(Files.write(directory.resolve("values"), values.array()), 64);
                Mapping mapping = arena.map()) {
            assertThat(mapping.countNonFinite(List.of(
                            new FloatRange(0, 4, FloatFormat.FP32),
                            new FloatRange(0, 1, FloatFormat.FP32),
                            new FloatRange(16, 4, FloatFormat.FP16),
                            new FloatRange(24, 4, FloatFormat.BF16),
                            new FloatRange(64, 0, FloatFormat.FP32))))
                    .containsExactly(2L, 0L, 2L, 2L, 0L);
            assertThatThrownBy(() -> mapping.countNonFinite(List.of(new FloatRange(60, 2, FloatFormat.FP32))))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void everyValueOfALongRangeIsLookedAt() throws IOException {
        int count = 300_001;
        ByteBuffer values = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            values.putFloat(i % 1000 == 0 ? Float.POSITIVE_INFINITY : i);
        }
        try (WeightArena arena = arenaOf(Files.write(directory.resolve("values"), values.array()), values.capacity());
                Mapping mapping = arena.map()) {
            assertThat(mapping.countNonFinite(List.of(
                            new FloatRange(0, count, FloatFormat.FP32),
                            new FloatRange(4, count - 1, FloatFormat.FP32))))
                    .containsExactly(301L, 300L);
        }
    }

    @Test
    void aCopyFillsTheTargetFromItsPositionToItsLimit() throws IOException {
        try (WeightArena arena = arenaOf(SIZE);
                Mapping mapping = arena.map()) {
            ByteBuffer target = ByteBuffer.allocateDirect(10).position(3).limit(7);
            mapping.copyOut(1000, target);
            byte[] copied = new byte[10];
            target.clear().get(copied);
            byte[] expected = new byte[10];
            System.arraycopy(WeightFiles.randomBytes(SIZE, SIZE), 1000, expected, 3, 4);
            assertThat(copied).isEqualTo(expected);
        }
    }

    @Test
    @Tag("core")
    void anEmptyArenaHasNoAddressAndNoBytes() throws IOException {
        try (WeightArena arena = arenaOf(0);
                Mapping mapping = arena.map()) {
            assertThat(arena.sizeBytes()).isZero();
            assertThat(mapping.address()).isZero();
            mapping.copyOut(0, ByteBuffer.allocate(0));
            assertThatThrownBy(() -> mapping.copyOut(0, ByteBuffer.allocate(1)))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void aMappingHasAnAddress() throws IOException {
        try (WeightArena arena = arenaOf(SIZE);
                Mapping mapping = arena.map()) {
            assertThat(mapping.address()).isNotZero();
        }
    }

    @Test
    void readingBeyondTheEndIsRefused() throws IOException {
        try (WeightArena arena = arenaOf(1000);
                Mapping mapping = arena.map()) {
            for (long offset : new long[] {-1, 997, 1000, Long.MAX_VALUE}) {
                assertThatThrownBy(() -> mapping.copyOut(offset, ByteBuffer.allocate(4)))
                        .isInstanceOf(IndexOutOfBoundsException.class);
            }
        }
    }

    @Test
    void writingBeyondTheEndIsRefused() throws IOException {
        try (ArenaWriter writer = create(1000);
                FileChannel content = FileChannel.open(source(2000))) {
            for (long offset : new long[] {-1, 1, 1001, Long.MAX_VALUE}) {
                assertThatThrownBy(() -> writer.write(offset, content, 0, 1000))
                        .isInstanceOf(IndexOutOfBoundsException.class);
            }
        }
    }

    @Test
    void aSourceThatEndsEarlyIsNamedAsTheCause() throws IOException {
        try (ArenaWriter writer = create(3000);
                FileChannel content = FileChannel.open(source(2000))) {
            assertThatThrownBy(() -> writer.write(0, content, 500, 2000))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("the source ends at byte 2000")
                    .hasMessageContaining("restore the complete file");
        }
    }

    @Test
    void anArenaOfNegativeSizeIsRefused() {
        assertThatThrownBy(() -> create(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void closingTwiceIsHarmless() throws IOException {
        WeightArena arena = arenaOf(SIZE);
        Mapping mapping = arena.map();
        mapping.close();
        mapping.close();
        arena.close();
        arena.close();
    }

    @Test
    @Tag("core")
    void aMappingOutlivesItsArena() throws IOException {
        WeightArena arena = arenaOf(SIZE);
        try (Mapping mapping = arena.map()) {
            arena.close();
            assertThat(read(mapping, 0, SIZE)).isEqualTo(WeightFiles.randomBytes(SIZE, SIZE));
        }
    }

    @Test
    void aClosedArenaIsNotMapped() throws IOException {
        WeightArena arena = arenaOf(1000);
        arena.close();
        assertThatThrownBy(arena::map).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(arena::digest).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aClosedMappingIsNotRead() throws IOException {
        try (WeightArena arena = arenaOf(1000)) {
            Mapping mapping = arena.map();
            mapping.close();
            assertThatThrownBy(() -> mapping.copyOut(0, ByteBuffer.allocate(1)))
                    .isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(mapping::address).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void twoMappingsShowTheSameBytes() throws IOException {
        try (WeightArena arena = arenaOf(SIZE);
                Mapping first = arena.map();
                Mapping second = arena.map()) {
            if (mappingsHaveAddressesOfTheirOwn()) {
                assertThat(first.address()).isNotEqualTo(second.address());
            }
            assertThat(read(first, 0, SIZE)).isEqualTo(read(second, 0, SIZE));
        }
    }

    @Test
    void theDigestIsThatOfTheSource() throws IOException {
        Path source = source(SIZE);
        try (WeightArena arena = arenaOf(source, SIZE)) {
            assertThat(arena.digest()).isEqualTo(TreeDigest.of(source));
        }
    }

    @Test
    void aFinishedWriterRefusesMore() throws IOException {
        try (FileChannel content = FileChannel.open(source(1000));
                ArenaWriter writer = create(1000);
                WeightArena arena = writer.finish()) {
            assertThat(arena.sizeBytes()).isEqualTo(1000);
            assertThatThrownBy(() -> writer.write(0, content, 0, 1)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(writer::finish).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    @Tag("core")
    void anArenaOfFiveGibKeepsBytesOnBothSidesOfEveryBoundary() throws IOException {
        byte[] mark = WeightFiles.randomBytes(8, 1);
        long[] offsets = {0, 2 * GIB - 4, 4 * GIB - 4, 5 * GIB - 8};
        Path source = WeightFiles.random(directory.resolve("mark"), 8, 1);
        try (ArenaWriter writer = create(5 * GIB);
                FileChannel content = FileChannel.open(source)) {
            for (long offset : offsets) {
                writer.write(offset, content, 0, 8);
            }
            try (WeightArena arena = writer.finish();
                    Mapping mapping = arena.map()) {
                for (long offset : offsets) {
                    assertThat(read(mapping, offset, 8)).isEqualTo(mark);
                }
                assertThat(read(mapping, 3 * GIB, 8)).isEqualTo(new byte[8]);
            }
        }
    }

    @Test
    void aTensorOverTwoGibIsWrittenInOneCall() throws IOException {
        byte[] mark = WeightFiles.randomBytes(100, 1);
        long length = 2 * GIB + 4096;
        Path source = WeightFiles.sparse(directory.resolve("sparse"), length, length - 100, mark);
        try (WeightArena arena = arenaOf(source, length);
                Mapping mapping = arena.map()) {
            assertThat(read(mapping, length - 100, 100)).isEqualTo(mark);
            assertThat(read(mapping, 0, 100)).isEqualTo(new byte[100]);
        }
    }

    @Test
    @Tag("core")
    void anotherProcessReadsTheSameBytes() throws IOException, InterruptedException {
        try (WeightArena arena = arenaOf(SIZE);
                ChildJvm reader = startReader(arena)) {
            String expected = HexFormat.of().formatHex(TreeDigest.sha256().digest(WeightFiles.randomBytes(SIZE, SIZE)));
            assertThat(reader.readLine()).isEqualTo("read " + expected);
        }
    }
}
