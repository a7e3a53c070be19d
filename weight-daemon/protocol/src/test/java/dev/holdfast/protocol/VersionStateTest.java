package dev.holdfast.protocol;

import static dev.holdfast.protocol.VersionState.ADOPTING;
import static dev.holdfast.protocol.VersionState.CORRUPT;
import static dev.holdfast.protocol.VersionState.DRAINING;
import static dev.holdfast.protocol.VersionState.LOADING;
import static dev.holdfast.protocol.VersionState.LOST;
import static dev.holdfast.protocol.VersionState.PUBLISHED;
import static dev.holdfast.protocol.VersionState.RETIRED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("core")
class VersionStateTest {
    private static final Set<List<VersionState>> ALLOWED = Set.of(
            List.of(LOADING, PUBLISHED),
            List.of(LOADING, RETIRED),
            List.of(ADOPTING, PUBLISHED),
            List.of(ADOPTING, DRAINING),
            List.of(PUBLISHED, DRAINING),
            List.of(PUBLISHED, CORRUPT),
            List.of(PUBLISHED, LOST),
            List.of(CORRUPT, DRAINING),
            List.of(LOST, DRAINING),
            List.of(DRAINING, RETIRED));

    @Test
    void exactlyTheTransitionsOfTheTableAreAllowed() {
        for (VersionState from : VersionState.values()) {
            for (VersionState to : VersionState.values()) {
                assertThat(from.canBecome(to)).as("%s to %s", from, to).isEqualTo(ALLOWED.contains(List.of(from, to)));
            }
        }
    }

    @Test
    void anAllowedTransitionGivesTheNextState() {
        assertThat(PUBLISHED.checkedNext(CORRUPT)).isEqualTo(CORRUPT);
    }

    @Test
    void aRefusedTransitionNamesBothStates() {
        assertThatThrownBy(() -> RETIRED.checkedNext(PUBLISHED))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("RETIRED")
                .hasMessageContaining("PUBLISHED");
    }
}
