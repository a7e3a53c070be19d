package dev.holdfast.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class PackedArenaTest extends HostArenaContract {
    private static final String READ_ONLY = "r--r-----";

    @Override
    protected ArenaWriter create(long sizeBytes) throws IOException {
        return PackedArena.create(weights(), sizeBytes, PosixFilePermissions.fromString(READ_ONLY));
    }

    private Path weights() {
        return directory.resolve("weights");
    }

    @Override
    protected ChildJvm startReader(WeightArena arena) throws IOException {
        return ChildJvm.start(ArenaReader.class, "packed", weights().toString(), Long.toString(arena.sizeBytes()));
    }

    @Override
    String mappingName(WeightArena arena) {
        return weights().toString();
    }

    @Test
    void saysWhatItIs() throws IOException {
        try (WeightArena arena = arenaOf(10)) {
            assertThat(arena.kind()).isEqualTo(ArenaKind.HOST);
            assertThat(arena.layout()).isEqualTo(ArenaLayout.PACKED);
            assertThat(arena.device()).isEqualTo("cpu");
            assertThat(arena.descriptor()).isEmpty();
        }
    }

    @Test
    void aFinishedFileHasItsFinalPermissions() throws IOException {
        try (WeightArena arena = arenaOf(10)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(weights())))
                    .isEqualTo(READ_ONLY);
        }
    }

    @Test
    void anUnfinishedFileIsDeleted() throws IOException {
        try (ArenaWriter writer = create(1 << 20)) {
            assertThat(weights()).exists();
        }
        assertThat(weights()).doesNotExist();
    }

    @Test
    void anExistingFileIsNotOverwritten() throws IOException {
        Files.writeString(weights(), "mine");
        assertThatThrownBy(() -> create(10)).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(weights()).hasContent("mine");
    }

    @Test
    void aMissingFileIsNamed() {
        assertThatThrownBy(() -> PackedArena.open(weights(), 10))
                .isInstanceOf(ArenaException.class)
                .hasMessageContaining(weights().toString())
                .hasMessageContaining("there is no such file");
    }

    @Test
    @Tag("core")
    void anotherSizeIsRefusedWithBothNumbers() throws IOException {
        Files.write(weights(), new byte[999]);
        assertThatThrownBy(() -> PackedArena.open(weights(), 1000))
                .isInstanceOf(ArenaException.class)
                .hasMessageContaining(weights().toString())
                .hasMessageContaining("999")
                .hasMessageContaining("1000")
                .hasMessageContaining("build the version again");
    }

    @Test
    void aSymbolicLinkIsRefused() throws IOException {
        Files.write(directory.resolve("elsewhere"), new byte[10]);
        Files.createSymbolicLink(weights(), directory.resolve("elsewhere"));
        assertThatThrownBy(() -> PackedArena.open(weights(), 10))
                .isInstanceOf(ArenaException.class)
                .hasMessageContaining("symbolic link");
    }

    @Test
    void aDirectoryIsRefused() throws IOException {
        Files.createDirectory(weights());
        assertThatThrownBy(() -> PackedArena.open(weights(), 10))
                .isInstanceOf(ArenaException.class)
                .hasMessageContaining("not a regular file");
    }

    @Test
    void aPipeIsRefusedWithoutWaitingForItsWriter() throws Exception {
        Process mkfifo = new ProcessBuilder("mkfifo", weights().toString()).start();
        Assumptions.assumeTrue(mkfifo.waitFor(20, TimeUnit.SECONDS) && mkfifo.exitValue() == 0, "needs mkfifo");
        assertThatThrownBy(() -> PackedArena.open(weights(), 0))
                .isInstanceOf(ArenaException.class)
                .hasMessageContaining("not a regular file");
    }

    @Test
    void aPathOutsideAsciiIsOpened() throws IOException {
        Path file = pathOutsideAscii();
        Files.write(file, new byte[5]);
        try (PackedArena arena = PackedArena.open(file, 5)) {
            assertThat(arena.file()).isEqualTo(file);
        }
    }

    private Path pathOutsideAscii() {
        try {
            return directory.resolve("gewichte-\u00fc\u4e2d");
        } catch (java.nio.file.InvalidPathException e) {
            return Assumptions.abort("this JVM's locale can't name such a file: " + e.getMessage());
        }
    }

    @Test
    void aDeletedFileStaysReadable() throws IOException {
        try (WeightArena arena = arenaOf(1000)) {
            Files.delete(weights());
            try (Mapping mapping = arena.map()) {
                assertThat(read(mapping, 0, 1000)).isEqualTo(WeightFiles.randomBytes(1000, 1000));
            }
        }
    }

    @Test
    void aFullFileSystemIsNamedWithTheRoomItHas() throws Exception {
        Path small = Files.createDirectory(directory.resolve("small"));
        Assumptions.assumeTrue(
                exitCode("mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", small.toString()) == 0,
                "needs the right to mount a small tmpfs");
        try {
            Path source = WeightFiles.random(directory.resolve("source"), 1 << 20, 1);
            try (FileChannel content = FileChannel.open(source);
                    ArenaWriter writer = PackedArena.create(
                            small.resolve("weights"), 1 << 20, PosixFilePermissions.fromString(READ_ONLY))) {
                assertThatThrownBy(() -> writer.write(0, content, 0, 1 << 20))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining(small.toString())
                        .hasMessageContaining("bytes free");
            }
            assertThat(small).isEmptyDirectory();
        } finally {
            assertThat(exitCode("umount", small.toString())).isZero();
        }
    }

    @Test
    @Tag("core")
    void anotherUserCanReadButNotWrite() throws Exception {
        Assumptions.assumeTrue(
                exitCode("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "true") == 0,
                "needs root and setpriv to become another user");
        Path open = Files.createTempDirectory(Path.of(System.getProperty("java.io.tmpdir")), "packed");
        Path file = open.resolve("weights");
        try {
            Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
            PackedArena.create(file, 4096, PosixFilePermissions.fromString("r--r--r--"))
                    .finish()
                    .close();
            String asOther = "setpriv --reuid=65534 --regid=65534 --clear-groups ";
            assertThat(exitCode("sh", "-c", asOther + "cat '" + file + "' >/dev/null"))
                    .isZero();
            assertThat(exitCode("sh", "-c", asOther + "dd if=/dev/zero of='" + file + "' count=1 conv=notrunc"))
                    .isNotZero();
            assertThat(exitCode("sh", "-c", asOther + "chmod 0666 '" + file + "'"))
                    .isNotZero();
            assertThat(exitCode("sh", "-c", asOther + "rm -f '" + file + "'")).isNotZero();
        } finally {
            Files.deleteIfExists(file);
            Files.delete(open);
        }
    }

    private static int exitCode(String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(List.of(command))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            return process.exitValue();
        } catch (IOException e) {
            return 127; // there is no such command
        }
    }
}
