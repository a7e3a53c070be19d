package dev.holdfast.protocol;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.memory.ArenaLayout;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestTest {
    private static Manifest with(String model, long version, long arenaBytes, TensorEntry... tensors) {
        Manifest sample = Samples.manifest();
        return new Manifest(
                Manifest.FORMAT,
                model,
                version,
                Samples.arena(ArenaLayout.SEALED, arenaBytes),
                sample.graph(),
                List.of(tensors),
                sample.build(),
                sample.config());
    }

    private static TensorEntry tensor(String name, long offset, long length) {
        return new TensorEntry(name, TensorType.UINT8, List.of(length), offset, length);
    }

    @Test
    void tensorsBeyondTwoGibibytesFit() {
        assertThatCode(() -> with("m", 1, 5L << 30, tensor("a", 0, 3L << 30), tensor("b", 3L << 30, 2L << 30)))
                .doesNotThrowAnyException();
    }

    @Test
    void aTensorOutsideTheArenaIsNamed() {
        assertThatThrownBy(() -> with("m", 1, 100, tensor("late", 64, 37)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'late'")
                .hasMessageContaining("100 bytes");
    }

    @Test
    void aTensorWhoseEndOverflowsIsRefused() {
        assertThatThrownBy(() -> tensor("huge", Long.MAX_VALUE, 2)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void twoTensorsOfOneNameAreRefused() {
        assertThatThrownBy(() -> with("m", 1, 100, tensor("a", 0, 1), tensor("a", 1, 1)))
                .hasMessageContaining("two tensors are named 'a'");
    }

    @Test
    void versionZeroIsRefused() {
        assertThatThrownBy(() -> with("m", 0, 100)).hasMessageContaining("positive");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a/b", "/", "a\0b"})
    void aNameThatIsNoDirectoryNameIsRefused(String name) {
        assertThatThrownBy(() -> with(name, 1, 100)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theLengthOfANameIsCountedInBytes() {
        assertThatCode(() -> with("\u00e9".repeat(127), 1, 100)).doesNotThrowAnyException();
        assertThatThrownBy(() -> with("\u00e9".repeat(128), 1, 100)).hasMessageContaining("255");
    }
}
