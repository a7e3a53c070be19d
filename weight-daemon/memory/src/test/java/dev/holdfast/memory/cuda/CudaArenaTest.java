package dev.holdfast.memory.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.memory.ArenaException;
import dev.holdfast.memory.ArenaKind;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.memory.ArenaWriter;
import dev.holdfast.memory.ChildJvm;
import dev.holdfast.memory.Mapping;
import dev.holdfast.memory.MoreLibC;
import dev.holdfast.memory.NativeCallException;
import dev.holdfast.memory.OwnedDescriptor;
import dev.holdfast.memory.TreeDigest;
import dev.holdfast.memory.WeightArena;
import dev.holdfast.memory.WeightFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class CudaArenaTest extends DeviceArenaContract {
    private static final int SIZE = 5_000_000;

    @Override
    protected ArenaWriter create(long sizeBytes) {
        return CudaArena.create(device(), sizeBytes);
    }

    @Override
    protected ChildJvm startReader(WeightArena arena) throws IOException {
        return start("read", arena);
    }

    @Override
    WeightArena received(WeightArena arena, String deviceUuid) {
        return CudaArena.adopt(arena.descriptor().orElseThrow().duplicate(), deviceUuid, arena.sizeBytes());
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
            assertThat(arena.device()).isEqualTo(device().uuid());
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

    @Test
    void anArenaOutlivesTheProcessThatMadeIt() throws Exception {
        Path source = WeightFiles.random(directory.resolve("content"), SIZE, 1);
        OwnedDescriptor received;
        try (ChildJvm maker = ChildJvm.start(CudaArenaProcess.class, "make", device().uuid(), source.toString())) {
            int number = Integer.parseInt(maker.readLine());
            received = OwnedDescriptor.owning(MoreLibC.descriptorOf(maker.pid(), number));
        }
        try (CudaArena arena = CudaArena.adopt(received, device().uuid(), SIZE);
                Mapping mapping = arena.map()) {
            assertThat(read(mapping, 0, SIZE)).isEqualTo(Files.readAllBytes(source));
            assertThat(arena.digest()).isEqualTo(TreeDigest.of(source));
        }
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
                try (CudaArena wrong = CudaArena.adopt(copy, device().uuid(), size)) {
                    assertThatThrownBy(wrong::map)
                            .isInstanceOf(ArenaException.class)
                            .hasMessageContaining("not this version's arena");
                }
            }
        }
    }

    @Test
    void anErrorNamesTheCallAndItsCode() {
        assertThatThrownBy(() -> DriverResult.check(DriverResult.INVALID_VALUE, "cuMemMap", "something"))
                .isInstanceOf(NativeCallException.class)
                .hasMessage("cuMemMap of something failed: CUDA_ERROR_INVALID_VALUE (1)");
    }
}
