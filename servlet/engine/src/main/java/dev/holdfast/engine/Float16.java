package dev.holdfast.engine;

/** Conversions of FP16, IEEE 754 binary16: 1 sign bit, 5 of exponent, 10 of fraction. */
public final class Float16 {
    private static final int INFINITY = 0x7C00;
    private static final int QUIET_NAN = 0x7E00;

    private Float16() {}

    /** The nearest binary16, ties to even; beyond 65,504 infinity. */
    public static short of(float value) {
        int bits = Float.floatToRawIntBits(value);
        int sign = (bits >>> 16) & 0x8000;
        float magnitude = Math.abs(value);
        if (Float.isNaN(value)) {
            return (short) (sign | QUIET_NAN);
        }
        if (magnitude >= 65520f) {
            return (short) (sign | INFINITY);
        }
        if (magnitude < 0x1p-14f) {
            // Subnormal: a whole number of 2^-24; adding 2^23 makes the processor round to whole numbers, ties to even.
            return (short) (sign | (int) (magnitude * 0x1p24f + 0x1p23f - 0x1p23f));
        }
        int rebased = (bits & 0x7FFF_FFFF) - ((127 - 15) << 23);
        return (short) (sign | ((rebased + 0xFFF + ((rebased >>> 13) & 1)) >>> 13));
    }

    /** The same value as a float; exact. */
    public static float toFloat(short half) {
        int magnitude = half & 0x7FFF;
        float value;
        if (magnitude >= INFINITY) {
            value = magnitude == INFINITY ? Float.POSITIVE_INFINITY : Float.NaN;
        } else if (magnitude < 0x400) {
            value = magnitude * 0x1p-24f;
        } else {
            value = Float.intBitsToFloat((magnitude << 13) + ((127 - 15) << 23));
        }
        return half < 0 ? -value : value;
    }
}
