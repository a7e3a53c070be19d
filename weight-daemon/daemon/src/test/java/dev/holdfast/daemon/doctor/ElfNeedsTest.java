package dev.holdfast.daemon.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** On libraries that every JDK for Linux has. */
@Tag("core")
@EnabledOnOs(value = OS.LINUX, disabledReason = "other systems' libraries are no ELF files")
class ElfNeedsTest {
    private static final Path LIBRARY = Path.of(System.getProperty("java.home"), "lib", "libjava.so");

    @TempDir
    private Path directory;

    @Test
    void namesWhatALibraryNeeds() throws IOException {
        assertThat(ElfNeeds.of(LIBRARY)).contains("libjvm.so", "libc.so.6");
    }

    @Test
    void libraryWithoutNeedsOfNvidiaIsForTheProcessorAlone() throws IOException {
        assertThat(LibraryNeeds.of(LIBRARY).libraries()).isEmpty();
        assertThat(LibraryNeeds.of(LIBRARY).cuda()).isEmpty();
    }

    @Test
    void everyTruncatedFileIsRefusedByName() throws IOException {
        byte[] bytes = Files.readAllBytes(LIBRARY);
        Path file = directory.resolve("short.so");
        for (int length = 0; length < 1024; length += 31) {
            Files.write(file, Arrays.copyOf(bytes, length));
            assertThatIOException().isThrownBy(() -> ElfNeeds.of(file)).withMessageContaining("short.so");
        }
    }
}
