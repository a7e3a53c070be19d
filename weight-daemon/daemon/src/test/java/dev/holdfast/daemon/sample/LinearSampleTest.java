package dev.holdfast.daemon.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.holdfast.daemon.onnx.OnnxSource;
import dev.holdfast.daemon.repository.ModelEntry;
import dev.holdfast.daemon.repository.ModelRepository;
import dev.holdfast.protocol.ModelConfig.TensorConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinearSampleTest {
    private Path repository;

    @BeforeEach
    void useDirectory(@TempDir Path temporary) {
        repository = temporary;
    }

    @Test
    @Tag("core")
    void entryIsWhatTheRepositoryAndTheCheckAccept() throws IOException {
        new LinearSample("layer", 300, 20, false).writeTo(repository);
        ModelEntry entry = new ModelRepository(repository).find("layer");
        assertThat(entry.warnings()).isEmpty();
        assertThat(entry.config().maxBatchSize()).isEqualTo(64);
        assertThat(entry.config().dynamicBatching()).isPresent();
        assertThat(entry.config().outputs()).containsExactly(new TensorConfig("y", "TYPE_FP32", List.of(20L)));
        OnnxSource source = OnnxSource.check(entry.version(1).modelFile());
        assertThat(source.model().inputs().get(0).shape()).containsExactly(-1L, 300L);
        assertThat(source.externalFiles()).containsOnlyKeys("model.onnx.data");
    }

    @Test
    void summedEntryHasOneOutput() throws IOException {
        new LinearSample("layer", 3, 20, true).writeTo(repository);
        assertThat(new ModelRepository(repository).find("layer").config().outputs())
                .containsExactly(new TensorConfig("y", "TYPE_FP32", List.of(1L)));
    }

    @Test
    @Tag("core")
    void anyWeightInTheFileCanBeRecomputed() throws IOException {
        // Over several chunks, with rows that cross their bounds.
        LinearSample sample = new LinearSample("layer", 1001, 700, false);
        Path data = sample.writeTo(repository).resolve("1/model.onnx.data");
        assertThat(Files.size(data)).isEqualTo(sample.weightBytes()).isEqualTo((1001 * 700 + 700) * 4L);
        assertThat(floatAt(data, 0)).isEqualTo(sample.weight(0, 0));
        assertThat(floatAt(data, 262 * 1001 + 9)).isEqualTo(sample.weight(262, 9));
        assertThat(floatAt(data, 699 * 1001 + 1000)).isEqualTo(sample.weight(699, 1000));
        assertThat(floatAt(data, 1001 * 700 + 699)).isEqualTo(sample.bias(699));
    }

    @Test
    void weightsAreSpreadOverTheirRange() {
        LinearSample sample = new LinearSample("layer", 100, 100, false);
        double sum = 0;
        for (int row = 0; row < 100; row++) {
            for (int column = 0; column < 100; column++) {
                float weight = sample.weight(row, column);
                assertThat(weight).isBetween(-0.1f, 0.1f);
                sum += weight;
            }
        }
        assertThat(Math.abs(sum / 10_000)).isLessThan(0.005);
        assertThat(sample.weight(0, 1)).isNotEqualTo(sample.weight(1, 0));
    }

    @Test
    void weightsBeyondTwoGibibytesHaveDistinctValues() {
        LinearSample huge = new LinearSample("layer", 100_000, 100_000, false);
        assertThat(huge.weightBytes()).isEqualTo(40_000_400_000L);
        assertThat(huge.weight(99_999, 99_999)).isNotEqualTo(huge.weight(0, 1_410_065_407));
    }

    @Test
    @Tag("core")
    void writingAgainLeavesTheEntryAsItIs() throws IOException {
        LinearSample sample = new LinearSample("layer", 30, 20, false);
        Path model = sample.writeTo(repository).resolve("1/model.onnx");
        Object before = Files.readAttributes(model, "unix:ino").get("ino");
        sample.writeTo(repository);
        assertThat(Files.readAttributes(model, "unix:ino").get("ino")).isEqualTo(before);
    }

    @Test
    void entryOfAnotherSizeIsNotOverwritten() throws IOException {
        new LinearSample("layer", 30, 20, false).writeTo(repository);
        LinearSample other = new LinearSample("layer", 30, 21, false);
        assertThatExceptionOfType(SampleException.class)
                .isThrownBy(() -> other.writeTo(repository))
                .withMessageContaining("already exists")
                .withMessageContaining("config.pbtxt");
    }

    @Test
    void entryWithOneOtherWeightIsNotTakenForTheSame() throws IOException {
        LinearSample sample = new LinearSample("layer", 1001, 700, false);
        Path data = sample.writeTo(repository).resolve("1/model.onnx.data");
        try (FileChannel file = FileChannel.open(data, java.nio.file.StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(new byte[] {1, 2, 3, 4}), 2_000_000);
        }
        assertThatExceptionOfType(SampleException.class)
                .isThrownBy(() -> sample.writeTo(repository))
                .withMessageContaining("model.onnx.data");
    }

    @Test
    void nothingElseIsLeftInTheRepository() throws IOException {
        new LinearSample("layer", 3, 2, false).writeTo(repository);
        try (Stream<Path> entries = Files.list(repository)) {
            assertThat(entries).containsExactly(repository.resolve("layer"));
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 5", "5, 0", "-1, 5", "9223372036854775807, 2", "4000000000, 4000000000"})
    void impossibleSizesAreRefused(long inputs, long outputs) {
        assertThatExceptionOfType(SampleException.class)
                .isThrownBy(() -> new LinearSample("layer", inputs, outputs, false));
    }

    @Test
    void nameThatLeavesTheRepositoryIsRefused() {
        assertThatExceptionOfType(SampleException.class).isThrownBy(() -> new LinearSample("../x", 1, 1, false));
    }

    private static float floatAt(Path data, long index) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel file = FileChannel.open(data)) {
            assertThat(file.read(bytes, index * Float.BYTES)).isEqualTo(Float.BYTES);
        }
        return bytes.getFloat(0);
    }
}
