package dev.holdfast.natives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnFolderTest {
    private static final int SOMEBODY = 4711;

    private final Path directory;

    OwnFolderTest(@TempDir Path directory) throws IOException {
        this.directory = directory.toRealPath();
    }

    @Test
    void aFolderThatOthersCouldReplaceIsRefused() throws IOException {
        Path folder = directory.resolve("holdfast").resolve("archives");
        assertThat(OwnFolder.prepareForLater(folder)).isEqualTo(folder);

        allow(directory.resolve("holdfast"), "rwxrwxr-x");

        assertThat(OwnFolder.prepare(folder)).as("itself it is closed").isEqualTo(folder);
        assertThatThrownBy(() -> OwnFolder.prepareForLater(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("others may write to it; chmod go-w " + directory.resolve("holdfast"));
    }

    @Test
    void whereOthersCanOnlyAddItIsSafe() throws IOException {
        allow(directory, "rwxrwxrwx");
        Files.setAttribute(directory, "unix:mode", 01777);

        assertThat(OwnFolder.prepareForLater(directory.resolve("archives"))).isEqualTo(directory.resolve("archives"));
    }

    @Test
    void linksOnTheWayAreFollowedOnce() throws IOException {
        Path real = Files.createDirectory(directory.resolve("real"));
        allow(real, "rwx------");
        Path link = Files.createSymbolicLink(directory.resolve("link"), real);

        assertThat(OwnFolder.prepareForLater(link.resolve("archives"))).isEqualTo(real.resolve("archives"));

        allow(real, "rwxrwxrwx");
        assertThatThrownBy(() -> OwnFolder.prepareForLater(link.resolve("archives")))
                .hasMessageContaining("chmod go-w " + real);
    }

    @Test
    void whatIsSomebodyElsesIsRefused() throws IOException {
        assumeTrue(OwnFolder.user() == 0, "only root can give files away");
        Path folder = directory.resolve("holdfast").resolve("archives");
        OwnFolder.prepare(folder);
        Path file = Files.createFile(folder.resolve("file"));
        allow(file, "rw-r--r--");
        assertThat(OwnFolder.hasOwnFile(file)).isTrue();

        Files.setAttribute(file, "unix:uid", SOMEBODY);
        Files.setAttribute(directory.resolve("holdfast"), "unix:uid", SOMEBODY);

        assertThatThrownBy(() -> OwnFolder.hasOwnFile(file))
                .hasMessageContaining(file + " is not trusted; remove it (")
                .hasMessageContaining("belongs to uid " + SOMEBODY);
        assertThatThrownBy(() -> OwnFolder.prepareForLater(folder))
                .hasMessageContaining(directory.resolve("holdfast") + " belongs to uid " + SOMEBODY);
    }

    @Test
    void aFileThatIsNotThereIsNoErrorButALinkIs() throws IOException {
        Path file = directory.resolve("file");
        assertThat(OwnFolder.hasOwnFile(file)).isFalse();

        Files.createSymbolicLink(file, directory.resolve("nowhere"));

        assertThatThrownBy(() -> OwnFolder.hasOwnFile(file)).hasMessageContaining("it is no regular file");
    }

    private static void allow(Path path, String permissions) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }
}
