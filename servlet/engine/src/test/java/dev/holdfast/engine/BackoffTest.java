package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("core")
class BackoffTest {
    private static Backoff backoff(long seed) {
        return new Backoff(Duration.ofMillis(100), Duration.ofMillis(350), new Random(seed));
    }

    @Test
    void pausesDoubleUpToTheLongestAndAreBetweenHalfAndAllOfThat() {
        Backoff backoff = backoff(1);
        for (long span : new long[] {100, 200, 350, 350, 350}) {
            assertThat(backoff.next()).isBetween(Duration.ofMillis(span / 2), Duration.ofMillis(span));
        }
    }

    @Test
    void successBeginsAnew() {
        Backoff backoff = backoff(2);
        IntStream.range(0, 10).forEach(i -> assertThat(backoff.next()).isPositive());
        backoff.reset();
        assertThat(backoff.next()).isLessThanOrEqualTo(Duration.ofMillis(100));
    }

    @Test
    void workersDoNotComeTogether() {
        assertThat(IntStream.range(0, 50).mapToObj(seed -> backoff(seed).next()).distinct())
                .hasSizeGreaterThan(40);
    }
}
