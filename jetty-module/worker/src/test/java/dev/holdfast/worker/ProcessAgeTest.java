package dev.holdfast.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProcessAgeTest {
    private static final String AFTER_NAME =
            " S 1 2 3 0 -1 4194560 5 6 7 8 9 10 11 12 20 0 14 0 123456 8589934592 37000 18446744073709551615";

    @Test
    void startIsCountedInHundredthsOfASecondSinceBoot() {
        assertThat(ProcessAge.age("77 (java)" + AFTER_NAME, "1235.06 4000.00\n"))
                .isEqualTo(Duration.ofMillis(500));
    }

    @Test
    void aNameMayLookLikeFields() {
        assertThat(ProcessAge.age("77 (a) R 1 (b)" + AFTER_NAME, "1234.60 1.00\n"))
                .isEqualTo(Duration.ofMillis(40));
    }

    @Test
    void thisProcessGetsOlder() {
        long before = ProcessAge.millis();
        assertThat(before).isPositive();
        assertThat(ProcessAge.millis()).isGreaterThanOrEqualTo(before);
    }
}
