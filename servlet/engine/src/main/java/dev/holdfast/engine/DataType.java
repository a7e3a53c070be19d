package dev.holdfast.engine;

import dev.holdfast.protocol.TensorType;
import java.util.Optional;

/** Element types of the V2 inference protocol ("Tensor Data Types"), under the names it gives them. */
public enum DataType {
    BOOL(TensorType.BOOL),
    UINT8(TensorType.UINT8),
    UINT16(TensorType.UINT16),
    UINT32(TensorType.UINT32),
    UINT64(TensorType.UINT64),
    INT8(TensorType.INT8),
    INT16(TensorType.INT16),
    INT32(TensorType.INT32),
    INT64(TensorType.INT64),
    FP16(TensorType.FLOAT16),
    BF16(TensorType.BFLOAT16),
    FP32(TensorType.FLOAT),
    FP64(TensorType.DOUBLE),
    BYTES(TensorType.STRING);

    private final TensorType tensorType;

    DataType(TensorType tensorType) {
        this.tensorType = tensorType;
    }

    /** The type of that name, such as {@code FP32}; empty if the protocol has none. */
    public static Optional<DataType> named(String name) {
        for (DataType type : values()) {
            if (type.name().equals(name)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    /** The protocol's name for an ONNX type; empty if the protocol has none, as for complex or 8-bit floats. */
    public static Optional<DataType> of(TensorType tensorType) {
        for (DataType type : values()) {
            if (type.tensorType == tensorType) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    /** The type in an ONNX graph. */
    public TensorType tensorType() {
        return tensorType;
    }

    /** The name in {@code config.pbtxt} (enum {@code DataType} of Triton's {@code model_config.proto}). */
    public String configName() {
        return this == BYTES ? "TYPE_STRING" : "TYPE_" + name();
    }

    /** Bytes of one element; 0 for {@link #BYTES}, whose elements have no fixed width. */
    public int elementBytes() {
        return tensorType.bitsPerElement() / Byte.SIZE;
    }
}
