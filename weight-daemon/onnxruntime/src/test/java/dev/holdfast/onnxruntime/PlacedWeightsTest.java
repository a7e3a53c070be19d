package dev.holdfast.onnxruntime;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** When a session's own memory on a device is taken for a copy of weights. */
class PlacedWeightsTest {
    private static final long LEAST = 32L << 20;

    @Test
    void aQuarterOfTheWeightsIsNoCopyAndMoreIs() {
        check(of(1L << 30), 256L << 20);
        assertRefused(of(1L << 30), OptionalLong.of((256L << 20) + 1), "has copied weights");
    }

    @Test
    void ofFewWeightsWhatSessionsHaveAnywayIsNoCopy() {
        check(of(4096), LEAST);
        assertRefused(of(4096), OptionalLong.of(LEAST + 1), "has copied weights");
    }

    @Test
    void memoryThatIsNotCountedMayBeACopy() {
        assertRefused(of(4096), OptionalLong.empty(), "does not tell");
    }

    private static void check(PlacedWeights weights, long ownBytes) {
        assertThatCode(() -> weights.requireNoCopy(OptionalLong.of(ownBytes))).doesNotThrowAnyException();
    }

    private static void assertRefused(PlacedWeights weights, OptionalLong ownBytes, String words) {
        assertThatExceptionOfType(WeightsNotSharedException.class)
                .isThrownBy(() -> weights.requireNoCopy(ownBytes))
                .withMessageContaining(words)
                .withMessageContaining(weights.device().toString());
    }

    private static PlacedWeights of(long sizeBytes) {
        return new PlacedWeights(Path.of("graph"), Device.cuda(0), 1 << 20, sizeBytes, List.of(), () -> {});
    }
}
