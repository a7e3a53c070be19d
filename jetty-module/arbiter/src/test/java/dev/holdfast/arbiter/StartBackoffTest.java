package dev.holdfast.arbiter;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("core")
class StartBackoffTest {
    private final StartBackoff backoff = new StartBackoff();

    @Test
    void pausesDoubleUpToALimitAndEndWithSuccess() {
        assertThat(backoff.allows(0, 5)).isTrue();
        long[] pauseMillis = {500, 1000, 2000, 4000, 8000, 16000, 30000, 30000};
        for (long pause : pauseMillis) {
            backoff.failed(0);
            long nanos = Duration.ofMillis(pause).toNanos();
            assertThat(backoff.allows(nanos - 1, 0)).isFalse();
            assertThat(backoff.allows(nanos, 0)).isTrue();
            assertThat(backoff.allows(nanos, 1)).as("one at a time").isFalse();
        }

        backoff.succeeded();

        assertThat(backoff.allows(0, 5)).isTrue();
    }
}
