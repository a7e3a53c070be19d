package dev.holdfast.daemon.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.holdfast.memory.AdvisoryLock;
import dev.holdfast.memory.ChildJvm;
import dev.holdfast.memory.ContentDigest;
import dev.holdfast.memory.OpenDescriptorsCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(OpenDescriptorsCheck.class)
class StateDirectoryTest {
    private static final ContentDigest DIGEST = new ContentDigest("c".repeat(64));

    @TempDir
    Path parent;

    private Path root;
    private StateDirectory directory;

    @BeforeEach
    void open() {
        root = parent.resolve("state");
        directory = StateDirectory.open(root, ReadAccess.OWNER_ONLY);
    }

    @AfterEach
    void close() {
        directory.close();
    }

    /** A loader's finished directory, told from others by the content of its graph. */
    private Path finished(String graph) throws IOException {
        return finishedIn(directory.createTemporary("load"), graph);
    }

    private static Path finishedIn(Path temporary, String graph) throws IOException {
        Path finished = Files.createDirectory(temporary.resolve("version"));
        Files.writeString(finished.resolve(StateLayout.GRAPH), graph);
        Files.writeString(finished.resolve(StateLayout.WEIGHTS), "weights");
        Files.writeString(finished.resolve(StateLayout.MANIFEST), "manifest");
        return finished;
    }

    private Path weights() {
        return directory.layout().version(DIGEST).resolve(StateLayout.WEIGHTS);
    }

    private static ChildJvm locking(String role, Path path) throws Exception {
        ChildJvm child = ChildJvm.start(LockingMain.class, role, path.toString());
        assertThat(child.readLine()).isEqualTo("locked");
        return child;
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    @Tag("core")
    void secondHolderIsRefusedNamingTheFirst() throws Exception {
        Path taken = parent.resolve("taken");
        try (ChildJvm first = locking("holder", taken)) {
            assertThatExceptionOfType(StateDirectoryException.class)
                    .isThrownBy(() -> StateDirectory.open(taken, ReadAccess.OWNER_ONLY))
                    .withMessageContaining("pid " + first.pid())
                    .withMessageContaining("stop it");
        }
    }

    @Test
    @Tag("core")
    void directoryOfAKilledHolderIsFree() throws Exception {
        Path taken = parent.resolve("taken");
        locking("holder", taken).close();
        try (StateDirectory again = StateDirectory.open(taken, ReadAccess.OWNER_ONLY)) {
            assertThat(again.layout().lockFile())
                    .hasContent(Long.toString(ProcessHandle.current().pid()));
        }
    }

    @Test
    void closingLetsTheNextHolderIn() {
        directory.close();
        directory = StateDirectory.open(root, ReadAccess.OWNER_ONLY);
        assertThat(directory.layout().root()).isEqualTo(root);
    }

    @Test
    void directoryThatEveryoneCanWriteIsRefused() throws IOException {
        Path open = Files.createDirectory(parent.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThatExceptionOfType(StateDirectoryException.class)
                .isThrownBy(() -> StateDirectory.open(open, ReadAccess.OWNER_ONLY))
                .withMessageContaining(open.toString())
                .withMessageContaining("chmod o-w");
    }

    @Test
    void fileInItsPlaceIsRefusedByName() throws IOException {
        Path file = Files.createFile(parent.resolve("file"));
        assertThatExceptionOfType(StateDirectoryException.class)
                .isThrownBy(() -> StateDirectory.open(file, ReadAccess.OWNER_ONLY))
                .withMessageContaining(file.toString());
    }

    @Test
    @Tag("core")
    void publishedDirectoryHasMovedWhole() throws IOException {
        Path finished = finished("one");
        directory.publish(finished, DIGEST);
        Path version = directory.layout().version(DIGEST);
        assertThat(finished).doesNotExist();
        assertThat(version).isDirectoryContaining("glob:**/graph").isDirectoryContaining("glob:**/weights");
        assertThat(directory.completeVersions()).containsExactly(DIGEST);
    }

    @Test
    void publishingReplacesALeftoverThatNobodyLeases() throws IOException {
        directory.publish(finished("leftover"), DIGEST);
        directory.publish(finished("new"), DIGEST);
        assertThat(directory.layout().version(DIGEST).resolve(StateLayout.GRAPH))
                .hasContent("new");
    }

    @Test
    @Tag("core")
    void publishingOverWhatIsLeasedIsRefused() throws Exception {
        directory.publish(finished("leased"), DIGEST);
        Path next = finished("new");
        try (ChildJvm worker = locking("shared", weights())) {
            assertThatExceptionOfType(StateDirectoryException.class)
                    .isThrownBy(() -> directory.publish(next, DIGEST))
                    .withMessageContaining("still locked");
        }
        assertThat(directory.layout().version(DIGEST).resolve(StateLayout.GRAPH))
                .hasContent("leased");
        assertThat(next).exists();
    }

    @Test
    @Tag("core")
    void versionIsRetiredOnlyAfterItsLastWorkerDied() throws Exception {
        directory.publish(finished("leased"), DIGEST);
        try (ChildJvm worker = locking("shared", weights())) {
            assertThat(directory.isLeased(DIGEST)).isTrue();
            assertThat(directory.retire(DIGEST)).isFalse();
            assertThat(weights()).exists();
        }
        assertThat(directory.isLeased(DIGEST)).isFalse();
        assertThat(directory.retire(DIGEST)).isTrue();
        assertThat(directory.layout().version(DIGEST)).doesNotExist();
        assertThat(directory.layout().versions()).isEmptyDirectory();
    }

    @Test
    void retiringWhatIsNotThereSucceeds() {
        assertThat(directory.retire(DIGEST)).isTrue();
    }

    @Test
    void retiredVersionLeavesNothingBehind() throws IOException {
        Path temporary = directory.createTemporary("load");
        directory.publish(finishedIn(temporary, "one"), DIGEST);
        directory.removeTemporary(temporary);
        directory.retire(DIGEST);
        assertThat(directory.layout().temporaries()).isEmptyDirectory();
    }

    @Test
    void versionWithoutManifestIsNotComplete() throws IOException {
        directory.publish(finished("one"), DIGEST);
        Files.delete(directory.layout().version(DIGEST).resolve(StateLayout.MANIFEST));
        assertThat(directory.completeVersions()).isEmpty();
    }

    @Test
    void directoryNamedLikeNoVersionIsLeftAlone() throws IOException {
        Path other = Files.createDirectory(directory.layout().versions().resolve("lost+found"));
        assertThat(directory.completeVersions()).isEmpty();
        assertThat(other).exists();
    }

    @Test
    @Tag("core")
    void temporariesOfDeadLoadersAreClearedThoseOfLiveOnesStay() throws Exception {
        Path dead = directory.createTemporary("load");
        Path live = directory.createTemporary("load");
        finishedIn(dead, "dead");
        finishedIn(live, "live");
        try (ChildJvm loader = locking("exclusive", live)) {
            directory.clearTemporaries();
            assertThat(dead).doesNotExist();
            assertThat(live.resolve("version").resolve(StateLayout.GRAPH)).hasContent("live");
        }
        directory.clearTemporaries();
        assertThat(live).doesNotExist();
    }

    @Test
    void removingATemporaryThatIsGoneSucceeds() {
        assertThat(directory.removeTemporary(directory.layout().temporaries().resolve("gone")))
                .isTrue();
    }

    @Test
    void symbolicLinkInATemporaryIsDeletedNotFollowed() throws IOException {
        Path precious = Files.createDirectory(parent.resolve("precious"));
        Path file = Files.writeString(precious.resolve("file"), "stays");
        Path temporary = directory.createTemporary("load");
        Files.createSymbolicLink(temporary.resolve("to-directory"), precious);
        Files.createSymbolicLink(temporary.resolve("to-file"), file);
        directory.clearTemporaries();
        assertThat(temporary).doesNotExist();
        assertThat(file).hasContent("stays");
    }

    @Test
    void symbolicLinkInPlaceOfATemporaryIsDeletedNotFollowed() throws IOException {
        Path precious = Files.createDirectory(parent.resolve("precious"));
        Path file = Files.writeString(precious.resolve("file"), "stays");
        Path link = Files.createSymbolicLink(directory.layout().temporaries().resolve("link"), precious);
        directory.clearTemporaries();
        assertThat(Files.isSymbolicLink(link)).isFalse();
        assertThat(file).hasContent("stays");
    }

    @Test
    void strayFileAmongTheTemporariesIsDeleted() throws IOException {
        Path stray = Files.createFile(directory.layout().temporaries().resolve("stray"));
        directory.clearTemporaries();
        assertThat(stray).doesNotExist();
    }

    @Test
    void symbolicLinkInPlaceOfAVersionsWeightsIsNotFollowed() throws IOException {
        Path precious = Files.writeString(parent.resolve("precious"), "stays");
        directory.publish(finished("one"), DIGEST);
        Files.delete(weights());
        Files.createSymbolicLink(weights(), precious);
        assertThatExceptionOfType(StateDirectoryException.class)
                .isThrownBy(() -> directory.retire(DIGEST))
                .withMessageContaining("symbolic link");
        assertThat(precious).hasContent("stays");
    }

    @Test
    void withoutReadersEverythingIsTheOwnersAlone() throws IOException {
        directory.publish(finished("one"), DIGEST);
        directory.protectVersion(DIGEST);
        StateLayout layout = directory.layout();
        assertThat(mode(layout.root())).isEqualTo("rwx------");
        assertThat(mode(layout.versions())).isEqualTo("rwx------");
        assertThat(mode(layout.version(DIGEST))).isEqualTo("rwx------");
        assertThat(mode(weights())).isEqualTo("r--------");
        assertThat(mode(layout.counters())).isEqualTo("rwx------");
        assertThat(mode(layout.cache())).isEqualTo("rwx------");
        assertThat(mode(layout.temporaries())).isEqualTo("rwx------");
    }

    /** Whoever can open the lock could take it and keep every holder from starting. */
    @Test
    void onlyTheOwnerCanOpenTheLock() throws IOException {
        assertThat(mode(directory.layout().lockFile())).isEqualTo("rw-------");
    }

    @Test
    void lockThatOthersCouldOpenIsClosedToThem() throws IOException {
        directory.close();
        Files.setPosixFilePermissions(root.resolve("lock"), PosixFilePermissions.fromString("rw-r--r--"));
        directory = StateDirectory.open(root, ReadAccess.OWNER_ONLY);
        assertThat(mode(directory.layout().lockFile())).isEqualTo("rw-------");
    }

    @Test
    void unknownReadersGroupIsRefusedByName() {
        ReadAccess nobodys = new ReadAccess(Optional.of("no-such-group-here"));
        assertThatExceptionOfType(StateDirectoryException.class)
                .isThrownBy(() -> StateDirectory.open(parent.resolve("other"), nobodys))
                .withMessageContaining("no-such-group-here");
    }

    @Test
    void lockOfTheDirectoryIsHeldWhileItIsOpen() throws IOException {
        assertThat(AdvisoryLock.isHeldByAnyone(directory.layout().lockFile())).isTrue();
        directory.close();
        assertThat(AdvisoryLock.isHeldByAnyone(directory.layout().lockFile())).isFalse();
    }
}
