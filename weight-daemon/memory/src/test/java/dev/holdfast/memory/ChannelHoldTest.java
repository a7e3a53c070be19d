package dev.holdfast.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What holds on every platform of the locks that only Windows uses. */
@ExtendWith(OpenDescriptorsCheck.class)
class ChannelHoldTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path directory;

    @Test
    void anExclusiveHoldKeepsOthersAwayUntilClosed() throws IOException {
        Path file = Files.createFile(directory.resolve("weights"));
        try (ChannelHold hold = ChannelHold.tryOn(file, false).orElseThrow()) {
            assertThat(ChannelHold.tryOn(file, true)).isEmpty();
            assertThatThrownBy(hold::descriptor).isInstanceOf(UnsupportedOperationException.class);
        }
        ChannelHold.tryOn(file, true).orElseThrow().close();
    }

    @Test
    void aDirectoryIsLockedThroughAFileInIt() throws IOException {
        try (ChannelHold hold = ChannelHold.tryOn(directory, false).orElseThrow()) {
            assertThat(ChannelHold.tryOn(directory, false)).isEmpty();
            assertThat(hold).hasToString(directory.resolve(".lock").toString());
        }
    }

    @Test
    void aMissingFileIsToldApart() {
        assertThatThrownBy(() -> ChannelHold.tryOn(directory.resolve("missing"), true))
                .isInstanceOf(NoSuchFileException.class);
    }
}
