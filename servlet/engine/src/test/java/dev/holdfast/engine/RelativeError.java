package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;

/** How far two vectors are apart. */
final class RelativeError {
    private RelativeError() {}

    /** Euclidean norm of the difference over that of what is expected. */
    static double of(float[] actual, float[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < expected.length; i++) {
            difference += Math.pow((double) actual[i] - expected[i], 2);
            norm += (double) expected[i] * expected[i];
        }
        return Math.sqrt(difference / norm);
    }
}
