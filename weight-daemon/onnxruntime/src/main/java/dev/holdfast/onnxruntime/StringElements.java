package dev.holdfast.onnxruntime;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import java.util.ArrayList;
import java.util.List;

/**
 * Elements of tensors of strings, which the library keeps as {@code std::string}: of any length and content.
 *
 * <p>They are written one by one through {@code GetResizedStringTensorElementBuffer}, since {@code FillStringTensor} ends
 * each at its first zero byte, and read together through {@code GetStringTensorContent}.
 */
final class StringElements {
    /** {@code STRING} of {@code TensorProto.DataType}. */
    static final int TYPE = 8;

    private StringElements() {}

    static void fill(OrtApi api, Pointer tensor, List<byte[]> values, List<Long> shape) {
        long count = shape.stream().reduce(1L, Math::multiplyExact);
        if (count != values.size()) {
            throw new IllegalArgumentException(values.size() + " strings are not a tensor of shape " + shape);
        }
        PointerByReference buffer = new PointerByReference();
        for (int i = 0; i < values.size(); i++) {
            byte[] value = values.get(i);
            api.call(
                    OrtFunction.GET_RESIZED_STRING_TENSOR_ELEMENT_BUFFER,
                    tensor,
                    (long) i,
                    (long) value.length,
                    buffer);
            buffer.getValue().write(0, value, 0, value.length);
        }
    }

    static List<byte[]> read(OrtApi api, Pointer tensor, int count) {
        LongByReference length = new LongByReference();
        api.call(OrtFunction.GET_STRING_TENSOR_DATA_LENGTH, tensor, length);
        List<byte[]> values = new ArrayList<>(count);
        if (count == 0) {
            return values;
        }
        Memory content = new Memory(Math.max(1, length.getValue()));
        Memory offsets = new Memory((long) count * Long.BYTES);
        api.call(OrtFunction.GET_STRING_TENSOR_CONTENT, tensor, content, length.getValue(), offsets, (long) count);
        for (int i = 0; i < count; i++) {
            long start = offsets.getLong((long) i * Long.BYTES);
            long end = i + 1 < count ? offsets.getLong((i + 1L) * Long.BYTES) : length.getValue();
            values.add(content.getByteArray(start, Math.toIntExact(end - start)));
        }
        return values;
    }
}
