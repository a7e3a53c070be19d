package dev.holdfast.memory.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.memory.ArenaException;
import dev.holdfast.memory.ArenaKind;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.memory.ArenaWriter;
import dev.holdfast.memory.ChildJvm;
import dev.holdfast.memory.FloatFormat;
import dev.holdfast.memory.FloatRange;
import dev.holdfast.memory.Mapping;
import dev.holdfast.memory.MoreLibC;
import dev.holdfast.memory.NativeCallException;
import dev.holdfast.memory.OwnedDescriptor;
import dev.holdfast.memory.TreeDigest;
import dev.holdfast.memory.WeightArena;
import dev.holdfast.memory.WeightArenaContract;
import dev.holdfast.memory.WeightFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
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

@Tag("gpu")
class CudaArenaTest extends WeightArenaContract {
    private static final int SIZE = 5_000_000;

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

    @Override
    protected ArenaWriter create(long sizeBytes) {
        return CudaArena.create(device, sizeBytes);
    }

    @Override
    protected ChildJvm startReader(WeightArena arena) throws IOException {
        return start("read", arena);
    }

    private static ChildJvm start(String what, WeightArena arena) throws IOException {
        return ChildJvm.start(
                CudaArenaProcess.class,
                what,
                arena.device(),
                Long.toString(arena.sizeBytes()),
                Long.toString(ProcessHandle.current().pid()),
                Integer.toString(arena.descriptor().orElseThrow().value()));
    }

    @Test
    void saysWhatItIs() throws IOException {
        try (WeightArena arena = arenaOf(10)) {
            assertThat(arena.kind()).isEqualTo(ArenaKind.CUDA);
            assertThat(arena.layout()).isEqualTo(ArenaLayout.SEALED);
            assertThat(arena.device()).isEqualTo(device.uuid());
        }
    }

    @Test
    void theDescriptorIsClosedOnExec() throws IOException {
        try (WeightArena arena = arenaOf(10)) {
            int number = arena.descriptor().orElseThrow().value();
            assertThat(MoreLibC.CALLS.fcntl(number, MoreLibC.F_GETFD) & MoreLibC.FD_CLOEXEC)
                    .isEqualTo(MoreLibC.FD_CLOEXEC);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 55, 56, 63, 64, 65, 119, 65_535, 65_536, 65_537, 1_000_000, 70_000_000})
    void theDeviceDigestsAsTheProcessorDoes(int sizeBytes) throws IOException {
        Path source = WeightFiles.random(directory.resolve("content"), sizeBytes, sizeBytes);
        try (WeightArena arena = arenaOf(sizeBytes)) {
            assertThat(arena.digest()).isEqualTo(TreeDigest.of(source));
        }
    }

    @Test
    void anArenaOutlivesTheProcessThatMadeIt() throws Exception {
        Path source = WeightFiles.random(directory.resolve("content"), SIZE, 1);
        OwnedDescriptor received;
        try (ChildJvm maker = ChildJvm.start(CudaArenaProcess.class, "make", device.uuid(), source.toString())) {
            int number = Integer.parseInt(maker.readLine());
            received = OwnedDescriptor.owning(MoreLibC.descriptorOf(maker.pid(), number));
        }
        try (CudaArena arena = CudaArena.adopt(received, device.uuid(), SIZE);
                Mapping mapping = arena.map()) {
            assertThat(read(mapping, 0, SIZE)).isEqualTo(Files.readAllBytes(source));
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
        long before = context.freeBytes();
        WeightArena arena = arenaOf(size);
        try (Mapping mapping = arena.map()) {
            arena.close();
            assertThat(mapping.sizeBytes()).isEqualTo(size);
            assertThat(context.freeBytes()).isLessThanOrEqualTo(before - size);
        }
        assertReturnsTo(before);
    }

    @Test
    @Tag("alone")
    void anUnfinishedWriterFreesItsMemory() {
        long before = context.freeBytes();
        create(256 << 20).close();
        assertReturnsTo(before);
    }

    /** The driver frees in its own time. */
    private static void assertReturnsTo(long freeBytes) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (context.freeBytes() < freeBytes && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        assertThat(context.freeBytes()).isGreaterThanOrEqualTo(freeBytes);
    }

    @Test
    void aCopyIntoAMappingIsRefused() throws IOException {
        try (WeightArena arena = arenaOf(SIZE);
                Mapping mapping = arena.map()) {
            assertThat(StrayWrite.COPY.attempt(mapping)).isEqualTo("CUDA_ERROR_INVALID_VALUE");
            assertThat(read(mapping, 0, SIZE)).isEqualTo(WeightFiles.randomBytes(SIZE, SIZE));
        }
    }

    @Test
    void aKernelThatWritesFailsItsOwnProcessAlone() throws Exception {
        try (WeightArena arena = arenaOf(SIZE);
                Mapping mapping = arena.map();
                ChildJvm offender = start("write", arena)) {
            assertThat(offender.readLine()).isEqualTo("CUDA_ERROR_ILLEGAL_ADDRESS");
            assertThat(read(mapping, 0, SIZE)).isEqualTo(WeightFiles.randomBytes(SIZE, SIZE));
        }
    }

    @Test
    void tooLittleMemoryIsAnErrorWithBothNumbers() {
        // A whole number of every granularity, and more than any device has.
        long asked = 1L << 42;
        assertThatThrownBy(() -> create(asked))
                .isInstanceOf(CudaOutOfMemoryException.class)
                .hasMessageContaining(asked + " bytes asked")
                .hasMessageContaining(" free")
                .hasMessageContaining(device.uuid());
    }

    @Test
    void aDescriptorOfSomethingElseIsRefused() throws IOException {
        try (FileChannel file = FileChannel.open(WeightFiles.random(directory.resolve("file"), SIZE, 1));
                WeightArena arena = arenaOf(1)) {
            assertThat(file.isOpen()).isTrue();
            OwnedDescriptor other = OwnedDescriptor.owning(MoreLibC.CALLS.fcntl(2, 1030, 3)); // F_DUPFD_CLOEXEC
            try (CudaArena wrong = CudaArena.adopt(other, arena.device(), SIZE)) {
                assertThatThrownBy(wrong::map)
                        .isInstanceOf(ArenaException.class)
                        .hasMessageContaining("can't be imported");
            }
        }
    }

    @Test
    void anotherSizeIsRefused() throws IOException {
        try (WeightArena arena = arenaOf(SIZE)) {
            for (long size : new long[] {1, 100_000_000}) {
                OwnedDescriptor copy = arena.descriptor().orElseThrow().duplicate();
                try (CudaArena wrong = CudaArena.adopt(copy, device.uuid(), size)) {
                    assertThatThrownBy(wrong::map)
                            .isInstanceOf(ArenaException.class)
                            .hasMessageContaining("not this version's arena");
                }
            }
        }
    }

    @Test
    void anUnknownDeviceIsNamedWithThoseThatThereAre() throws IOException {
        try (WeightArena arena = arenaOf(10)) {
            OwnedDescriptor copy = arena.descriptor().orElseThrow().duplicate();
            try (CudaArena elsewhere = CudaArena.adopt(copy, "GPU-00000000-0000-0000-0000-000000000000", 10)) {
                assertThatThrownBy(elsewhere::map)
                        .isInstanceOf(CudaUnavailableException.class)
                        .hasMessageContaining("GPU-00000000-0000-0000-0000-000000000000")
                        .hasMessageContaining(device.uuid());
            }
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

    @Test
    void anErrorNamesTheCallAndItsCode() {
        assertThatThrownBy(() -> DriverResult.check(DriverResult.INVALID_VALUE, "cuMemMap", "something"))
                .isInstanceOf(NativeCallException.class)
                .hasMessage("cuMemMap of something failed: CUDA_ERROR_INVALID_VALUE (1)");
    }
}
