package dev.holdfast.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(OpenDescriptorsCheck.class)
class SharedCounterTest {
    private static final Set<PosixFilePermission> PERMISSIONS = PosixFilePermissions.fromString("rw-rw----");

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path directory;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Path file;

    @BeforeEach
    void nameFile() {
        file = directory.resolve("counter");
    }

    private SharedCounter createdWith(long initial) throws IOException {
        return SharedCounter.createIfMissing(file, initial, PERMISSIONS);
    }

    @Test
    void aNewCounterHasItsInitialValueAndPermissions() throws IOException {
        try (SharedCounter counter = createdWith(41)) {
            assertThat(counter.get()).isEqualTo(41);
            assertThat(counter.addAndGet(1)).isEqualTo(42);
            assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PERMISSIONS);
            assertThat(directory.toFile().list()).containsExactly("counter");
        }
    }

    @Test
    void anExistingCounterKeepsItsValue() throws IOException {
        createdWith(7).close();
        try (SharedCounter counter = createdWith(1000)) {
            assertThat(counter.get()).isEqualTo(7);
        }
    }

    @Test
    @Tag("core")
    void theValueOutlivesItsMappings() throws IOException {
        try (SharedCounter counter = createdWith(0)) {
            counter.addAndGet(5);
        }
        try (SharedCounter again = SharedCounter.open(file)) {
            assertThat(again.get()).isEqualTo(5);
        }
    }

    @Test
    void raisingNeverLowers() throws IOException {
        try (SharedCounter counter = createdWith(10)) {
            assertThat(counter.raiseTo(5)).isEqualTo(10);
            assertThat(counter.raiseTo(20)).isEqualTo(20);
            assertThat(counter.get()).isEqualTo(20);
        }
    }

    @Test
    void aClosedCounterIsNotUsed() throws IOException {
        SharedCounter counter = createdWith(0);
        counter.close();
        counter.close();
        assertThatThrownBy(counter::get).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> counter.addAndGet(1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> counter.raiseTo(1)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aClosedCounterIsUnmapped() throws IOException {
        createdWith(0).close();
        assertThat(MappedMemory.of(ProcessHandle.current().pid(), file.toString())
                        .mappings())
                .isZero();
    }

    @Test
    void aFileThatIsNoCounterIsRefused() throws IOException {
        Files.writeString(file, "not a counter");
        assertThatThrownBy(() -> createdWith(0))
                .isInstanceOf(ArenaException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("4096 bytes");
    }

    @Test
    void aMissingCounterIsNamed() {
        assertThatThrownBy(() -> SharedCounter.open(file))
                .isInstanceOf(ArenaException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("ENOENT");
    }

    @Test
    void aSymbolicLinkIsRefused() throws IOException {
        createdWith(0).close();
        Path link = Files.createSymbolicLink(directory.resolve("link"), file);
        assertThatThrownBy(() -> SharedCounter.open(link)).isInstanceOf(ArenaException.class);
    }

    @Test
    @Tag("core")
    void processesThatCountAtOnceLoseNothing() throws Exception {
        long start = 1_000_000;
        int times = 200_000;
        List<ChildJvm> counting = new ArrayList<>();
        try (SharedCounter counter = createdWith(0)) {
            for (int i = 0; i < 3; i++) {
                counting.add(ChildJvm.start(
                        CountingProcess.class, file.toString(), Long.toString(start), Integer.toString(times)));
            }
            for (ChildJvm process : counting) {
                assertThat(process.readLine()).isEqualTo("ready");
            }
            counter.raiseTo(start);
            for (ChildJvm process : counting) {
                assertThat(process.readLine()).isEqualTo("done");
            }
            assertThat(counter.get()).isEqualTo(start + 3L * times);
        } finally {
            counting.forEach(ChildJvm::close);
        }
    }
}
