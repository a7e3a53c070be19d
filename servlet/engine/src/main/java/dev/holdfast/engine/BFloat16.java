package dev.holdfast.engine;

/** Conversions of BF16: the upper half of a float, 1 sign bit, 8 of exponent, 7 of fraction. */
public final class BFloat16 {
    private static final int QUIET_NAN = 0x7FC0;

    private BFloat16() {}

    /** The nearest bfloat16, ties to even. */
    public static short of(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) (((bits >>> 16) & 0x8000) | QUIET_NAN);
        }
        return (short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16);
    }

    /** The same value as a float; exact. */
    public static float toFloat(short brain) {
        return Float.intBitsToFloat(brain << 16);
    }
}
