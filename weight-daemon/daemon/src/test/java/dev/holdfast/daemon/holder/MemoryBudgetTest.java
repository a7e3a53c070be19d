package dev.holdfast.daemon.holder;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.holdfast.daemon.loader.Placement;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.protocol.VersionState;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("core")
class MemoryBudgetTest {
    private static final Placement ONE = Placement.onCuda("GPU-1");
    private static final Placement OTHER = Placement.onCuda("GPU-2");

    private final MemoryBudget budget = new MemoryBudget(1000);

    private static VersionEntry taking(long bytes, long version, Placement placement) {
        VersionEntry entry = new VersionEntry("m", version, VersionState.LOADING, placement);
        entry.reserve(bytes);
        return entry;
    }

    @Test
    void whatLiesOnOtherDevicesDoesNotCount() {
        VersionEntry onHost = taking(900, 1, Placement.onHost(ArenaLayout.SEALED));
        VersionEntry onOther = taking(900, 2, OTHER);
        VersionEntry loading = taking(0, 3, ONE);
        assertThatCode(() -> budget.check(loading, 1000, List.of(onHost, onOther, loading)))
                .doesNotThrowAnyException();
    }

    @Test
    void whatLiesOnTheSameDeviceCountsAndTheDeviceIsNamed() {
        VersionEntry first = taking(900, 1, ONE);
        VersionEntry second = taking(0, 2, ONE);
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> budget.check(second, 200, List.of(first, second)))
                .withMessageContaining("of GPU-1 900 B are in use and 100 B are free");
    }
}
