package dev.holdfast.protocol;

/**
 * Element types of ONNX tensors, with the numbers of {@code TensorProto.DataType} in {@code onnx.proto}.
 *
 * <p>{@link #bitsPerElement} is 0 where elements have no fixed width.
 */
public enum TensorType {
    FLOAT(1, 32),
    UINT8(2, 8),
    INT8(3, 8),
    UINT16(4, 16),
    INT16(5, 16),
    INT32(6, 32),
    INT64(7, 64),
    STRING(8, 0),
    BOOL(9, 8),
    FLOAT16(10, 16),
    DOUBLE(11, 64),
    UINT32(12, 32),
    UINT64(13, 64),
    COMPLEX64(14, 64),
    COMPLEX128(15, 128),
    BFLOAT16(16, 16),
    FLOAT8E4M3FN(17, 8),
    FLOAT8E4M3FNUZ(18, 8),
    FLOAT8E5M2(19, 8),
    FLOAT8E5M2FNUZ(20, 8),
    UINT4(21, 4),
    INT4(22, 4),
    FLOAT4E2M1(23, 4);

    private final int onnxNumber;
    private final int bitsPerElement;

    TensorType(int onnxNumber, int bitsPerElement) {
        this.onnxNumber = onnxNumber;
        this.bitsPerElement = bitsPerElement;
    }

    /** The number in {@code TensorProto.DataType}. */
    public int onnxNumber() {
        return onnxNumber;
    }

    /** Width of one element in bits; 4-bit types are packed two to a byte; 0 for {@link #STRING}. */
    public int bitsPerElement() {
        return bitsPerElement;
    }

    /**
     * The type with that number.
     *
     * @throws IllegalArgumentException if ONNX has no such type or Holdfast does not know it
     */
    public static TensorType ofOnnxNumber(int number) {
        for (TensorType type : values()) {
            if (type.onnxNumber == number) {
                return type;
            }
        }
        throw new IllegalArgumentException("unknown ONNX element type number " + number);
    }
}
