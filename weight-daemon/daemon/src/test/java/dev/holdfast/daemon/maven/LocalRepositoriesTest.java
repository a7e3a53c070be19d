package dev.holdfast.daemon.maven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalRepositoriesTest {
    @TempDir
    private Path directory;

    @Test
    void settingsNameTheLocalRepository() throws IOException {
        Files.createDirectories(directory.resolve(".m2"));
        Files.writeString(
                directory.resolve(".m2/settings.xml"),
                "<settings><localRepository>${user.home}/repo</localRepository></settings>");
        assertThat(LocalRepositories.of(Optional.of("/given"), directory))
                .containsExactly(
                        Path.of("/given"),
                        directory.resolve("repo"),
                        directory.resolve(".m2").resolve("repository"));
    }

    @Test
    void brokenSettingsAreReportedByFile() throws IOException {
        Files.createDirectories(directory.resolve(".m2"));
        Path settings = Files.writeString(directory.resolve(".m2/settings.xml"), "<settings>");
        assertThatExceptionOfType(ArtifactException.class)
                .isThrownBy(() -> LocalRepositories.of(Optional.empty(), directory))
                .withMessageContaining(settings.toString());
    }
}
