package dev.holdfast.natives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativesDirectoryTest {
    private final Path directory;

    NativesDirectoryTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void aFolderThatOthersCanWriteToIsRefused() throws IOException {
        Path open = Files.createDirectory(directory.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));

        assertThatThrownBy(() -> NativesDirectory.prepare(open))
                .isInstanceOf(NativesException.class)
                .hasMessageContaining("others may write to it; chmod go-w " + open)
                .hasMessageContaining("-Dholdfast.natives.dir");
    }

    @Test
    void foldersMadeOnTheWayAreTheOwnersAlone() throws IOException {
        Path natives = NativesDirectory.prepare(directory.resolve("cache/holdfast/natives"));

        for (Path made : List.of(natives, directory.resolve("cache/holdfast"), directory.resolve("cache"))) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
                    .as(made.toString())
                    .isEqualTo("rwx------");
        }
    }

    @Test
    void aFileInTheFoldersPlaceIsAnError() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));

        assertThatThrownBy(() -> NativesDirectory.prepare(file))
                .isInstanceOf(NativesException.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void librariesThatOthersMayWriteAreNotTrusted() throws IOException {
        Path folder = Files.createDirectory(
                directory.resolve("folder"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        Path library = Files.createFile(folder.resolve("lib.so"));
        Files.setPosixFilePermissions(library, PosixFilePermissions.fromString("rw-r--r--"));
        assertThatCode(() -> NativesDirectory.requireTrusted(folder)).doesNotThrowAnyException();

        Files.setPosixFilePermissions(library, PosixFilePermissions.fromString("rw-rw-r--"));
        assertThatThrownBy(() -> NativesDirectory.requireTrusted(folder))
                .isInstanceOf(NativesException.class)
                .hasMessageContaining("chmod go-w " + library);
    }

    @Test
    void theUsersCacheFollowsTheBaseDirectorySpecification() {
        assertThat(NativesDirectory.userCache("/var/cache/me", "/home/me"))
                .isEqualTo(Path.of("/var/cache/me/holdfast/natives"));
        assertThat(NativesDirectory.userCache("relative", "/home/me"))
                .isEqualTo(Path.of("/home/me/.cache/holdfast/natives"));
        assertThat(NativesDirectory.userCache(null, "/home/me")).isEqualTo(Path.of("/home/me/.cache/holdfast/natives"));
    }
}
