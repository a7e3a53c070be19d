package dev.holdfast.arbiter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("core")
class WorkerStateTest {
    @ParameterizedTest
    @EnumSource(WorkerState.class)
    void onlyStepsForwardAreAllowed(WorkerState from) {
        Set<WorkerState> allowed = EnumSet.noneOf(WorkerState.class);
        for (WorkerState to : WorkerState.values()) {
            if (from.canBecome(to)) {
                allowed.add(to);
            }
        }

        EnumSet<WorkerState> forward = EnumSet.complementOf(EnumSet.range(WorkerState.STARTING, from));
        if (from != WorkerState.LIVE) {
            // Of others, only the end itself counts.
            forward.remove(WorkerState.DYING);
        }
        assertThat(allowed).isEqualTo(forward);
    }
}
