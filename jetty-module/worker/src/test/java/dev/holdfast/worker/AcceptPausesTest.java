package dev.holdfast.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("core")
class AcceptPausesTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    @Test
    void asManyPausesAreDueInASecondAsInTheNext() {
        // Not far from where the clock's numbers overflow.
        long begin = Long.MAX_VALUE - SECOND / 2;
        AcceptPauses pauses = new AcceptPauses(begin);

        assertThat(due(pauses, begin)).isEqualTo(500);
        assertThat(pauses.isDue(begin + SECOND - 1)).isFalse();
        assertThat(due(pauses, begin + SECOND)).isEqualTo(500);
    }

    private static long due(AcceptPauses pauses, long now) {
        return IntStream.range(0, 1000).filter(connection -> pauses.isDue(now)).count();
    }
}
