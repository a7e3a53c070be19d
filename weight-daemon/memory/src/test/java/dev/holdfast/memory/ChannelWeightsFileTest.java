package dev.holdfast.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What holds on every platform of the file access that only Windows uses. */
@ExtendWith(OpenDescriptorsCheck.class)
class ChannelWeightsFileTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path directory;

    @Test
    void itsMappingOutlivesIt() throws IOException {
        byte[] bytes = WeightFiles.randomBytes(100_000, 1);
        WeightsFile file = ChannelWeightsFile.open(Files.write(directory.resolve("weights"), bytes));
        assertThat(file.sizeBytes()).isEqualTo(bytes.length);
        try (Mapping mapping = file.map(bytes.length)) {
            file.close();
            ByteBuffer copy = ByteBuffer.allocate(bytes.length);
            mapping.copyOut(0, copy);
            assertThat(copy.array()).isEqualTo(bytes);
            assertThat(mapping.address()).isNotZero();
        }
    }

    @Test
    void anEmptyFileHasNoAddress() throws IOException {
        try (WeightsFile file = ChannelWeightsFile.open(Files.createFile(directory.resolve("weights")));
                Mapping mapping = file.map(0)) {
            assertThat(mapping.address()).isZero();
        }
    }

    @Test
    void aMappingOverTwoGibIsRefusedWithItsSize() throws IOException {
        try (WeightsFile file = ChannelWeightsFile.open(Files.createFile(directory.resolve("weights")))) {
            assertThatThrownBy(() -> file.map(1L << 31))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("2147483648 bytes");
        }
    }

    @Test
    void itsChannelReadsTheWholeFile() throws IOException {
        Path path = Files.write(directory.resolve("weights"), new byte[1000]);
        try (WeightsFile file = ChannelWeightsFile.open(path);
                FileChannel channel = file.openChannel()) {
            assertThat(TreeDigest.of(channel, 1000)).isEqualTo(TreeDigest.of(path));
        }
    }

    @Test
    void whatIsNoRegularFileIsRefused() {
        assertThatThrownBy(() -> ChannelWeightsFile.open(directory))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not a regular file");
        assertThatThrownBy(() -> ChannelWeightsFile.open(directory.resolve("missing")))
                .isInstanceOf(NoSuchFileException.class);
    }
}
