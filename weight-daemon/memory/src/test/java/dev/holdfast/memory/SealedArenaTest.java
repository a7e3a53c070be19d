package dev.holdfast.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class SealedArenaTest extends HostArenaContract {
    private static final String NAME = "sealed-arena-test";

    @BeforeEach
    void assumeSupported() {
        Assumptions.assumeTrue(
                SealedArena.isSupported(), () -> SealedArena.whyUnsupported().orElse(""));
    }

    @Override
    protected ArenaWriter create(long sizeBytes) throws IOException {
        return SealedArena.create(NAME, sizeBytes);
    }

    @Override
    protected ChildJvm startReader(WeightArena arena) throws IOException {
        return ChildJvm.start(
                ArenaReader.class, "sealed", pathForOthers(arena).toString(), Long.toString(arena.sizeBytes()));
    }

    private static Path pathForOthers(WeightArena arena) {
        String number = Integer.toString(arena.descriptor().orElseThrow().value());
        return Path.of("/proc", Long.toString(ProcessHandle.current().pid()), "fd", number);
    }

    @Override
    String mappingName(WeightArena arena) {
        return "/memfd:" + NAME;
    }

    @Test
    void saysWhatItIs() throws IOException {
        try (WeightArena arena = arenaOf(10)) {
            assertThat(arena.kind()).isEqualTo(ArenaKind.HOST);
            assertThat(arena.layout()).isEqualTo(ArenaLayout.SEALED);
            assertThat(arena.device()).isEqualTo("cpu");
            assertThat(arena.descriptor()).isPresent();
        }
    }

    @Test
    @Tag("core")
    void sealedBytesCannotBeWritten() throws IOException {
        try (WeightArena arena = arenaOf(4096);
                FileChannel writable = FileChannel.open(pathForOthers(arena), StandardOpenOption.WRITE)) {
            assertThatThrownBy(() -> writable.write(ByteBuffer.allocate(1), 0)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void sealedBytesCannotBeCutOffOrAppendedTo() throws IOException {
        try (WeightArena arena = arenaOf(4096);
                OwnedDescriptor writable = writable(arena)) {
            assertRefused(() -> LibC.truncate(writable.value(), 0, "the arena"));
            assertRefused(() -> LibC.truncate(writable.value(), 8192, "the arena"));
        }
    }

    @Test
    void sealedBytesCannotBeMappedForWriting() throws IOException {
        try (WeightArena arena = arenaOf(4096);
                OwnedDescriptor writable = writable(arena)) {
            assertRefused(() -> LibC.map(writable.value(), 4096, LibC.PROT_READ | LibC.PROT_WRITE, "the arena"));
        }
    }

    @Test
    void aMappingCannotBeMadeWritable() throws IOException {
        try (WeightArena arena = arenaOf(4096);
                Mapping mapping = arena.map()) {
            int refused =
                    MoreLibC.CALLS.mprotect(new Pointer(mapping.address()), 4096, LibC.PROT_READ | LibC.PROT_WRITE);
            assertThat(refused).isEqualTo(-1);
        }
    }

    @Test
    void sealsCannotBeChanged() throws IOException {
        try (WeightArena arena = arenaOf(4096);
                OwnedDescriptor writable = writable(arena)) {
            assertRefused(() -> LibC.addSeals(writable.value(), SealedArena.REQUIRED_SEALS));
        }
    }

    private static OwnedDescriptor writable(WeightArena arena) {
        return OwnedDescriptor.owning(LibC.reopen(pathForOthers(arena), LibC.O_RDWR));
    }

    private static void assertRefused(Runnable call) {
        assertThatThrownBy(call::run).isInstanceOf(NativeCallException.class).hasMessageContaining("EPERM");
    }

    @Test
    void aHoleTakesNoMemory() throws IOException {
        long size = 1L << 30;
        Path source = WeightFiles.sparse(directory.resolve("sparse"), size, size / 2, new byte[] {1, 2, 3});
        try (ArenaWriter writer = create(size);
                FileChannel content = FileChannel.open(source)) {
            writer.write(0, content, 0, size);
            try (WeightArena arena = writer.finish()) {
                long blocks = LibCTest.allocatedBytes(pathForOthers(arena));
                assertThat(blocks).isLessThan(16 << 20);
            }
        }
    }

    @Test
    @Tag("core")
    void aMemfdWithoutAllSealsIsRefusedByName() {
        OwnedDescriptor memfd = OwnedDescriptor.owning(LibC.createMemfd(NAME));
        LibC.addSeals(memfd.value(), 2 | 4); // F_SEAL_SHRINK, F_SEAL_GROW
        assertThatThrownBy(() -> SealedArena.adopt(memfd, 0))
                .isInstanceOf(ArenaException.class)
                .hasMessageContaining("F_SEAL_SEAL, F_SEAL_WRITE")
                .hasMessageNotContaining("F_SEAL_GROW");
        assertThat(memfd.isClosed()).isTrue();
    }

    @Test
    void anotherSizeIsRefusedWithBothNumbers() throws IOException {
        try (WeightArena arena = arenaOf(4096)) {
            OwnedDescriptor copy = arena.descriptor().orElseThrow().duplicate();
            assertThatThrownBy(() -> SealedArena.adopt(copy, 4095))
                    .isInstanceOf(ArenaException.class)
                    .hasMessageContaining("4096")
                    .hasMessageContaining("4095");
            assertThat(copy.isClosed()).isTrue();
        }
    }

    @Test
    void aFileThatIsNoMemfdIsRefused() throws IOException {
        Path file = Files.write(directory.resolve("file"), new byte[10]);
        OwnedDescriptor opened = OwnedDescriptor.owning(LibC.open(file, LibC.O_RDONLY));
        assertThatThrownBy(() -> SealedArena.adopt(opened, 10)).isInstanceOf(ArenaException.class);
        assertThat(opened.isClosed()).isTrue();
    }

    @Test
    void aPipeIsNoMemfd() throws IOException {
        Path pipe = Path.of("/proc/self/fd/0");
        Assumptions.assumeTrue(Files.exists(pipe), "needs a standard input");
        OwnedDescriptor opened = OwnedDescriptor.owning(LibC.duplicate(0));
        assertThatThrownBy(() -> SealedArena.adopt(opened, 0))
                .isInstanceOf(ArenaException.class)
                .hasMessageContaining("not a memfd");
    }

    @Test
    void anAdoptedArenaOutlivesTheOneItCameFrom() throws IOException {
        WeightArena first = arenaOf(1000);
        try (WeightArena second =
                SealedArena.adopt(first.descriptor().orElseThrow().duplicate(), 1000)) {
            first.close();
            try (Mapping mapping = second.map()) {
                assertThat(read(mapping, 0, 1000)).isEqualTo(WeightFiles.randomBytes(1000, 1000));
            }
        }
    }

    @Test
    void theDescriptorOnlyReads() throws IOException {
        try (WeightArena arena = arenaOf(10)) {
            int flags = LibC.openFlags(arena.descriptor().orElseThrow().value());
            assertThat(flags & LibC.O_ACCMODE).isEqualTo(LibC.O_RDONLY);
        }
    }
}
