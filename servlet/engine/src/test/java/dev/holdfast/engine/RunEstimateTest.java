package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What is expected of the next run, from what the last ones took. */
class RunEstimateTest {
    private static final long MILLI = 1_000_000;
    private static final long KIB = 1024;

    private final RunEstimate estimate = new RunEstimate();

    @Test
    void nothingIsExpectedBeforeTheFirstRunExceptByThoseWhoWaitAnyway() {
        assertThat(estimate.isWithin(0, Long.MAX_VALUE - 1)).isFalse();
        assertThat(estimate.isWithin(0, Long.MAX_VALUE)).isTrue();
    }

    @Test
    void whoHasNoPatienceIsNeverKept() {
        estimate.ran(64 * KIB, 0);
        assertThat(estimate.isWithin(64 * KIB, 0)).isFalse();
        assertThat(estimate.isWithin(64 * KIB, 1)).isTrue();
    }

    @Test
    void largerInputsAreExpectedToTakeLonger() {
        estimate.ran(64 * KIB, MILLI);
        assertThat(estimate.isWithin(640 * KIB, 10 * MILLI)).isTrue();
        assertThat(estimate.isWithin(641 * KIB, 10 * MILLI)).isFalse();
    }

    @Test
    void smallInputsCountAlike() {
        estimate.ran(4, MILLI);
        assertThat(estimate.isWithin(4 * KIB, MILLI)).isTrue();
    }

    @Test
    void slowRunIsRememberedForAWhile() {
        estimate.ran(64 * KIB, MILLI);
        estimate.ran(64 * KIB, 1000 * MILLI);
        estimate.ran(64 * KIB, MILLI);
        assertThat(estimate.isWithin(64 * KIB, 10 * MILLI)).isFalse();
        for (int i = 0; i < 100; i++) {
            estimate.ran(64 * KIB, MILLI);
        }
        assertThat(estimate.isWithin(64 * KIB, 10 * MILLI)).isTrue();
    }
}
