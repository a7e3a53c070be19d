package dev.holdfast.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.memory.OpenDescriptorsCheck.Snapshot;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenDescriptorsCheckTest {
    @Test
    void anOpenOwnerIsReportedWithWhereItWasOpened() throws IOException {
        Snapshot before = Snapshot.now();
        try (OwnedDescriptor leaked = OwnedDescriptor.owning(LibC.createMemfd("leaked"))) {
            assertThat(before.leakedSince())
                    .hasMessageContaining(leaked.toString())
                    .hasMessageContaining("/memfd:leaked");
            assertThat(Objects.requireNonNull(before.leakedSince())
                            .getSuppressed()[0]
                            .getStackTrace())
                    .anyMatch(frame -> frame.getClassName().equals(OpenDescriptorsCheckTest.class.getName()));
        }
        assertThat(before.leakedSince()).isNull();
    }

    @Test
    void anOpenMappingIsReported(@TempDir Path directory) throws IOException {
        Path file = Files.write(directory.resolve("weights"), new byte[10]);
        try (WeightArena arena = PackedArena.open(file, 10)) {
            Snapshot before = Snapshot.now();
            Mapping leaked = arena.map();
            assertThat(before.leakedSince()).hasMessageContaining("mapping of " + file);
            leaked.close();
            assertThat(before.leakedSince()).isNull();
        }
    }

    @Test
    void aFileThatJavaOpenedIsReported(@TempDir Path directory) throws IOException {
        Assumptions.assumeTrue(Files.isDirectory(Path.of("/proc/self/fd")), "needs Linux's /proc/self/fd");
        Path file = Files.createFile(directory.resolve("file"));
        Snapshot before = Snapshot.now();
        try (FileChannel leaked = FileChannel.open(file)) {
            assertThat(before.leakedSince()).hasMessageContaining(file.toString());
            assertThat(leaked.isOpen()).isTrue();
        }
        assertThat(before.leakedSince()).isNull();
    }
}
