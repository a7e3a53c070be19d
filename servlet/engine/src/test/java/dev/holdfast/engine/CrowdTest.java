package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CrowdTest {
    private static final int LARGEST_BATCH = 8;

    private final Crowd crowd = new Crowd(LARGEST_BATCH);

    @Test
    void inTheBeginningABatchIsExpectedToFill() {
        assertThat(crowd.isWhole(LARGEST_BATCH - 1)).isFalse();
        assertThat(crowd.isWhole(LARGEST_BATCH)).isTrue();
    }

    @Test
    void oneClientAfterTheOtherIsSoonKnownToBeAlone() {
        for (int i = 0; i < 100; i++) {
            crowd.seen(1);
            crowd.batchBegins(1);
        }
        assertThat(crowd.isWhole(1)).isTrue();
    }

    @Test
    void whoIsComputedMeanwhileCounts() {
        for (int i = 0; i < 100; i++) {
            crowd.seen(6); // three wait while three are computed
            crowd.batchBegins(3);
        }
        assertThat(crowd.isWhole(3)).isFalse();
        assertThat(crowd.isWhole(6)).isTrue();
    }

    @Test
    void aGrowingCrowdIsNoticedAtOnce() {
        crowd.seen(40);
        crowd.batchBegins(40);
        assertThat(crowd.isWhole(39)).isFalse();
        assertThat(crowd.isWhole(40)).isTrue();
    }
}
