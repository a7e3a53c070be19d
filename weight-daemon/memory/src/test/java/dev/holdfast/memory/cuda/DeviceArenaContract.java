package dev.holdfast.memory.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.memory.ChildJvm;
import dev.holdfast.memory.FloatFormat;
import dev.holdfast.memory.FloatRange;
import dev.holdfast.memory.Mapping;
import dev.holdfast.memory.TreeDigest;
import dev.holdfast.memory.WeightArena;
import dev.holdfast.memory.WeightArenaContract;
import dev.holdfast.memory.WeightFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What arenas in a device's memory do beyond all others, however they are shared. */
@Tag("gpu")
abstract class DeviceArenaContract extends WeightArenaContract {
    /** A few chunks of a copy to the device, the last one not full. */
    static final int SIZE = 5_000_000;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static CudaDevice device;

    /** Spares each test making one. */
    @SuppressWarnings("NullAway.Init")
    private static DeviceContext context;

    @BeforeAll
    static void holdContext() {
        device = TestDevice.required();
        context = device.context();
    }

    @AfterAll
    static void giveBackContext() {
        if (context != null) {
            context.close();
        }
    }

    static CudaDevice device() {
        return device;
    }

    private static long freeBytes() {
        return context.freeBytes();
    }

    /** The arena as a process has it that was told of it, and that it is on that device. */
    abstract WeightArena received(WeightArena arena, String deviceUuid);

    @ParameterizedTest
    @ValueSource(ints = {1, 55, 56, 63, 64, 65, 119, 65_535, 65_536, 65_537, 1_000_000, 70_000_000})
    void theDeviceDigestsAsTheProcessorDoes(int sizeBytes) throws IOException {
        Path source = WeightFiles.random(directory.resolve("content"), sizeBytes, sizeBytes);
        try (WeightArena arena = arenaOf(sizeBytes)) {
            assertThat(arena.digest()).isEqualTo(TreeDigest.of(source));
        }
    }

    @Test
    void threeProcessesReadTheSameBytes() throws Exception {
        List<ChildJvm> readers = new ArrayList<>();
        try (WeightArena arena = arenaOf(SIZE)) {
            for (int i = 0; i < 3; i++) {
                readers.add(startReader(arena));
            }
            String first = readers.get(0).readLine();
            assertThat(first).startsWith("read ");
            assertThat(readers.get(1).readLine()).isEqualTo(first);
            assertThat(readers.get(2).readLine()).isEqualTo(first);
        } finally {
            readers.forEach(ChildJvm::close);
        }
    }

    @Test
    @Tag("alone")
    void memoryIsFreedWithItsLastHold() throws IOException {
        int size = 256 << 20;
        // The driver keeps what it took for the first kernels and page tables of that size.
        arenaOf(size).close();
        long before = freeBytes();
        WeightArena arena = arenaOf(size);
        try (Mapping mapping = arena.map()) {
            arena.close();
            assertThat(mapping.sizeBytes()).isEqualTo(size);
            assertThat(freeBytes()).isLessThanOrEqualTo(before - size);
        }
        assertReturnsTo(before);
    }

    @Test
    @Tag("alone")
    void anUnfinishedWriterFreesItsMemory() throws IOException {
        long before = freeBytes();
        create(256 << 20).close();
        assertReturnsTo(before);
    }

    /** The driver frees in its own time. */
    private static void assertReturnsTo(long freeBytes) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (freeBytes() < freeBytes && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        assertThat(freeBytes()).isGreaterThanOrEqualTo(freeBytes);
    }

    @Test
    void tooLittleMemoryIsAnErrorWithBothNumbers() {
        // A whole number of every granularity, and more than any device has.
        long asked = 1L << 42;
        assertThatThrownBy(() -> create(asked))
                .isInstanceOf(CudaOutOfMemoryException.class)
                .hasMessageContaining(asked + " bytes asked")
                .hasMessageContaining(" free")
                .hasMessageContaining(device().uuid());
    }

    @Test
    void anUnknownDeviceIsNamedWithThoseThatThereAre() throws IOException {
        String unknown = "GPU-00000000-0000-0000-0000-000000000000";
        try (WeightArena arena = arenaOf(10);
                WeightArena elsewhere = received(arena, unknown)) {
            assertThatThrownBy(elsewhere::map)
                    .isInstanceOf(CudaUnavailableException.class)
                    .hasMessageContaining(unknown)
                    .hasMessageContaining(device().uuid());
        }
    }

    @Test
    void valuesToBeCheckedAreAligned() throws IOException {
        try (WeightArena arena = arenaOf(64);
                Mapping mapping = arena.map()) {
            assertThatThrownBy(() -> mapping.countNonFinite(List.of(new FloatRange(2, 4, FloatFormat.FP32))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("multiple of 4 bytes");
        }
    }
}
