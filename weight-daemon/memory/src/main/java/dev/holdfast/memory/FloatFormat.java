package dev.holdfast.memory;

/** A floating-point format of weights; a value is finite unless all bits of its exponent are set. */
public enum FloatFormat {
    /** IEEE 754 binary32. */
    FP32(4, 0x7f80_0000),
    /** IEEE 754 binary16. */
    FP16(2, 0x7c00),
    /** The upper half of a binary32. */
    BF16(2, 0x7f80);

    private final int bytes;
    private final int exponentMask;

    FloatFormat(int bytes, int exponentMask) {
        this.bytes = bytes;
        this.exponentMask = exponentMask;
    }

    /** Bytes of a value, and its alignment. */
    public int bytes() {
        return bytes;
    }

    /** The bits of the exponent, in the low bits of an integer. */
    public int exponentMask() {
        return exponentMask;
    }
}
