package dev.holdfast.daemon.loader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.holdfast.memory.ArenaKind;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.memory.ContentDigest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("core")
class PlacementTest {
    private static final ContentDigest SOURCE = new ContentDigest("0".repeat(64));

    @Test
    void aDevicesFormIsNeverMistakenForTheProcessors() {
        BuildKey sealed = BuildKey.of(SOURCE, Placement.onHost(ArenaLayout.SEALED));
        BuildKey cuda = BuildKey.of(SOURCE, Placement.onCuda("GPU-1"));
        assertThat(cuda.name()).isNotEqualTo(sealed.name());
        assertThat(cuda.build().executionProvider()).isEqualTo("CUDAExecutionProvider");
        assertThat(sealed.build().executionProvider()).isEqualTo("CPUExecutionProvider");
    }

    @Test
    void devicesShareOneForm() {
        assertThat(BuildKey.of(SOURCE, Placement.onCuda("GPU-1")).name())
                .isEqualTo(BuildKey.of(SOURCE, Placement.onCuda("GPU-2")).name());
    }

    @Test
    void whatDoesNotGoTogetherIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Placement(ArenaKind.CUDA, ArenaLayout.PACKED, "GPU-1"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Placement(ArenaKind.HOST, ArenaLayout.SEALED, "GPU-1"));
        assertThatIllegalArgumentException().isThrownBy(() -> Placement.onCuda("cpu"));
    }
}
