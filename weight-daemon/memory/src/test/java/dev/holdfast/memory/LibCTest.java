package dev.holdfast.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(OpenDescriptorsCheck.class)
class LibCTest {
    /** What a file occupies, by stat(1), following links. */
    static long allocatedBytes(Path file) throws IOException {
        Process stat = new ProcessBuilder("stat", "-L", "-c", "%b", file.toString()).start();
        try (var output = stat.inputReader()) {
            return Long.parseLong(output.readLine()) * 512;
        }
    }

    @Test
    void aFailureNamesCallObjectAndError() {
        assertThatThrownBy(() -> LibC.open(Path.of("/nowhere/at-all"), LibC.O_RDONLY))
                .isInstanceOfSatisfying(NativeCallException.class, e -> {
                    assertThat(e.call()).isEqualTo("open");
                    assertThat(e.code()).isEqualTo(2);
                    assertThat(e.codeName()).isEqualTo("ENOENT");
                    assertThat(e).hasMessage("open of /nowhere/at-all failed: ENOENT (2), no such file or directory");
                });
    }

    @Test
    void anUnlistedErrorIsGivenByNumber() {
        assertThat(Errno.name(9999)).isEqualTo("errno 9999");
        assertThat(Errno.describe(9999)).isEqualTo("errno 9999");
    }

    @Test
    void aMappingTooLargeIsRefusedWithItsSize() {
        OwnedDescriptor memfd = OwnedDescriptor.owning(LibC.createMemfd("large"));
        try (memfd) {
            assertThatThrownBy(() -> LibC.map(memfd.value(), 1L << 62, LibC.PROT_READ, "memfd"))
                    .isInstanceOf(NativeCallException.class)
                    .hasMessageContaining("4611686018427387904 bytes of memfd")
                    .hasMessageContaining("ENOMEM");
        }
    }
}
