package dev.holdfast.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(OpenDescriptorsCheck.class)
class AdvisoryLockTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path directory;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Path file;

    @BeforeEach
    void createFile() throws IOException {
        file = Files.createFile(directory.resolve("weights"));
    }

    private AdvisoryLock shared() throws IOException {
        return AdvisoryLock.trySharedOn(file).orElseThrow();
    }

    @Test
    @Tag("core")
    void anySharedLockKeepsTheExclusiveOneAway() throws IOException {
        AdvisoryLock first = shared();
        try (AdvisoryLock second = shared()) {
            first.close();
            assertThat(AdvisoryLock.tryExclusiveOn(file)).isEmpty();
        }
        AdvisoryLock.tryExclusiveOn(file).orElseThrow().close();
    }

    @Test
    void theExclusiveLockKeepsSharedOnesAway() throws IOException {
        try (AdvisoryLock exclusive = AdvisoryLock.tryExclusiveOn(file).orElseThrow()) {
            assertThat(AdvisoryLock.trySharedOn(file)).isEmpty();
            assertThat(exclusive.descriptor().isClosed()).isFalse();
        }
    }

    @Test
    void aDirectoryCanBeLocked() throws IOException {
        try (AdvisoryLock lock = AdvisoryLock.tryExclusiveOn(directory).orElseThrow()) {
            assertThat(AdvisoryLock.isHeldByAnyone(directory)).isTrue();
        }
        assertThat(AdvisoryLock.isHeldByAnyone(directory)).isFalse();
    }

    @Test
    @Tag("core")
    void closingAnotherDescriptorOfTheFileKeepsTheLock() throws IOException {
        try (AdvisoryLock lock = shared()) {
            FileChannel.open(file).close();
            assertThat(AdvisoryLock.isHeldByAnyone(file)).isTrue();
        }
    }

    @Test
    void askingWhetherItIsHeldLeavesItFree() throws IOException {
        assertThat(AdvisoryLock.isHeldByAnyone(file)).isFalse();
        AdvisoryLock.tryExclusiveOn(file).orElseThrow().close();
    }

    @Test
    @Tag("core")
    void aCopyOfTheDescriptorKeepsTheLock() throws IOException {
        AdvisoryLock lock = shared();
        try (OwnedDescriptor copy = lock.descriptor().duplicate()) {
            lock.close();
            assertThat(AdvisoryLock.isHeldByAnyone(file)).isTrue();
            assertThat(copy.isClosed()).isFalse();
        }
        assertThat(AdvisoryLock.isHeldByAnyone(file)).isFalse();
    }

    @Test
    void anAdoptedDescriptorHoldsTheLock() throws IOException {
        AdvisoryLock first = shared();
        try (AdvisoryLock adopted = AdvisoryLock.adopt(first.descriptor().duplicate())) {
            first.close();
            assertThat(AdvisoryLock.tryExclusiveOn(file)).isEmpty();
            assertThat(adopted.descriptor().isClosed()).isFalse();
        }
    }

    @Test
    void aDescriptorThatCameWithoutItsLockIsRefused() throws IOException {
        OwnedDescriptor unlocked = OwnedDescriptor.owning(LibC.open(file, LibC.O_RDONLY));
        try (AdvisoryLock exclusive = AdvisoryLock.tryExclusiveOn(file).orElseThrow()) {
            assertThatThrownBy(() -> AdvisoryLock.adopt(unlocked))
                    .isInstanceOf(ArenaException.class)
                    .hasMessageContaining("came without its lock");
            assertThat(exclusive.descriptor().isClosed()).isFalse();
        }
        assertThat(unlocked.isClosed()).isTrue();
    }

    @Test
    void aDescriptorOfADeviceIsRefused() {
        OwnedDescriptor device = OwnedDescriptor.owning(LibC.open(Path.of("/dev/null"), LibC.O_RDONLY));
        assertThatThrownBy(() -> AdvisoryLock.adopt(device))
                .isInstanceOf(ArenaException.class)
                .hasMessageContaining("neither a regular file nor a directory");
        assertThat(device.isClosed()).isTrue();
    }

    @Test
    void aSymbolicLinkIsNotFollowed() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("link"), file);
        assertThatThrownBy(() -> AdvisoryLock.trySharedOn(link))
                .isInstanceOf(FileSystemException.class)
                .hasMessageContaining("ELOOP");
    }

    @Test
    void aMissingFileIsToldApart() {
        Path missing = directory.resolve("missing");
        assertThatThrownBy(() -> AdvisoryLock.tryExclusiveOn(missing))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining(missing.toString());
    }

    @Test
    @Tag("core")
    void theLockOfAKilledProcessIsReleased() throws Exception {
        try (ChildJvm child = ChildJvm.start(LockTaker.class, "exclusive", file.toString())) {
            assertThat(child.readLine()).startsWith("locked ");
            assertThat(AdvisoryLock.trySharedOn(file)).isEmpty();
        }
        assertThat(AdvisoryLock.isHeldByAnyone(file)).isFalse();
    }

    @Test
    void twoProcessesExcludeEachOther() throws Exception {
        try (AdvisoryLock lock = shared();
                ChildJvm exclusive = ChildJvm.start(LockTaker.class, "exclusive", file.toString());
                ChildJvm sharing = ChildJvm.start(LockTaker.class, "shared", file.toString())) {
            assertThat(exclusive.readLine()).isEqualTo("refused");
            assertThat(sharing.readLine()).startsWith("locked ");
            assertThat(lock.descriptor().isClosed()).isFalse();
        }
    }

    @Test
    @Tag("core")
    void aLockPassedOnOutlivesTheProcessThatTookIt() throws Exception {
        OwnedDescriptor passed;
        try (ChildJvm child = ChildJvm.start(LockTaker.class, "shared", file.toString())) {
            int number = Integer.parseInt(child.readLine().substring("locked ".length()));
            int copy = MoreLibC.descriptorOf(child.pid(), number);
            Assumptions.assumeTrue(copy >= 0, "this kernel or its policy has no pidfd_getfd(2)");
            passed = OwnedDescriptor.owning(copy);
        }
        try (AdvisoryLock adopted = AdvisoryLock.adopt(passed)) {
            assertThat(AdvisoryLock.tryExclusiveOn(file)).isEmpty();
            assertThat(adopted.descriptor()).isSameAs(passed);
        }
        assertThat(AdvisoryLock.isHeldByAnyone(file)).isFalse();
    }
}
