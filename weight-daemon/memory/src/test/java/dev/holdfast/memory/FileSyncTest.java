package dev.holdfast.memory;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(OpenDescriptorsCheck.class)
class FileSyncTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path directory;

    @Test
    void filesAndDirectoriesAreSynced() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        assertThatCode(() -> FileSync.sync(file)).doesNotThrowAnyException();
        assertThatCode(() -> FileSync.sync(directory)).doesNotThrowAnyException();
    }

    @Test
    void aMissingFileIsAnError() {
        assertThatThrownBy(() -> FileSync.sync(directory.resolve("missing"))).isInstanceOf(NoSuchFileException.class);
    }
}
