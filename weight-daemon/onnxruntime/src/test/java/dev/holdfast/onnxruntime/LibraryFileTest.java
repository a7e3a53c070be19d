package dev.holdfast.onnxruntime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.natives.LibraryFile;
import dev.holdfast.natives.LibraryResource;
import dev.holdfast.natives.NativesDirectory;
import java.io.IOException;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LibraryFileTest {
    private static final NativePlatform PLATFORM = NativePlatform.current();

    private final Path directory;
    private final Path natives;

    LibraryFileTest(@TempDir Path directory) {
        this.directory = directory;
        this.natives = NativesDirectory.prepare(directory.resolve("natives"));
    }

    @Test
    void theUnpackedLibraryIsWhatTheJarHas() throws IOException {
        Path file = unpack();

        assertThat(Files.size(file)).isEqualTo(resource().sizeBytes());
        assertThat(file).hasBinaryContent(resource().open().readAllBytes());
    }

    @Test
    void aCompleteLibraryIsNotUnpackedAgain() throws IOException {
        FileTime past = FileTime.fromMillis(1_000_000);
        Files.setLastModifiedTime(unpack(), past);

        assertThat(Files.getLastModifiedTime(unpack())).isEqualTo(past);
    }

    @Test
    @Tag("core")
    void aTruncatedLeftoverIsReplaced() throws IOException {
        Path file = unpack();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(1000);
        }

        assertThat(Files.size(unpack())).isEqualTo(resource().sizeBytes());
    }

    @Test
    void aLeftoverWithAWrongByteIsReplaced() throws IOException {
        Path file = unpack();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {42}), 5_000_000);
        }
        assertThat(resource().matches(Files.newInputStream(file))).isFalse();

        assertThat(resource().matches(Files.newInputStream(unpack()))).isTrue();
    }

    @Test
    @Tag("core")
    void processesThatUnpackAtOnceLeaveOneGoodLibrary() throws Exception {
        List<Process> processes = new ArrayList<>();
        List<Path> outputs = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            outputs.add(directory.resolve("output" + i));
            List<String> command = ChildJvm.command(List.of("-Dholdfast.natives.dir=" + natives), LoadProbe.class);
            processes.add(ChildJvm.start(command, Map.of(), outputs.get(i)));
        }

        for (int i = 0; i < processes.size(); i++) {
            assertThat(ChildJvm.await(processes.get(i), outputs.get(i)).output())
                    .contains("1.29.0 " + natives);
        }
        try (Stream<Path> files = Files.walk(natives)) {
            assertThat(files.filter(Files::isRegularFile).collect(Collectors.toList()))
                    .containsExactly(unpack());
        }
    }

    @Test
    void aFileThatADeadProcessLeftUnfinishedIsRemoved() throws IOException {
        Path folder = unpack().resolveSibling("");
        Files.delete(folder.resolve(PLATFORM.libraryName()));
        Path abandoned = Files.createFile(folder.resolve("1.unpacking"));
        Files.setLastModifiedTime(abandoned, FileTime.fromMillis(1_000_000));
        Path recent = Files.createFile(folder.resolve("2.unpacking"));

        unpack();

        assertThat(abandoned).doesNotExist();
        assertThat(recent).exists();
    }

    @Test
    void foldersAreTheirOwnersAlone() throws IOException {
        assertThat(permissions(natives)).isEqualTo("rwx------");
        assertThat(permissions(unpack().resolveSibling(""))).isEqualTo("rwx------");
    }

    @Test
    void withoutAUsableCacheTheTemporaryFolderServes() throws Exception {
        Path notAFolder = Files.createFile(directory.resolve("cache"));
        List<String> command = ChildJvm.command(List.of("-Djava.io.tmpdir=" + directory), LoadProbe.class);

        ChildJvm child = ChildJvm.run(command, Map.of("XDG_CACHE_HOME", notAFolder.toString()));

        assertThat(child.output()).contains("1.29.0 " + directory.resolve("holdfast-natives-"));
    }

    private Path unpack() throws IOException {
        return LibraryFile.unpack(resource(), "onnxruntime-" + PLATFORM.name(), PLATFORM.libraryName(), natives);
    }

    private static LibraryResource resource() throws IOException {
        URL url = LibraryFileTest.class.getResource(PLATFORM.resource());
        return LibraryResource.at(Objects.requireNonNull(url));
    }

    private static String permissions(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
