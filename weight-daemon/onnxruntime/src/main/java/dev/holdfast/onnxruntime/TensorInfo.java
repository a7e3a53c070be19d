package dev.holdfast.onnxruntime;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * An input or output of a session.
 *
 * @param name its name in the graph
 * @param elementType the number in {@code TensorProto.DataType} of {@code onnx.proto}
 * @param shape its dimensions, outermost first, -1 where any size is accepted; empty for a scalar, and also where the
 *     graph leaves the rank open
 */
public record TensorInfo(String name, int elementType, List<Long> shape) {
    public TensorInfo {
        shape = List.copyOf(shape);
    }

    /** Reads an {@code OrtTensorTypeAndShapeInfo}, which stays the caller's. */
    static TensorInfo read(OrtApi api, String name, Pointer info) {
        IntByReference elementType = new IntByReference();
        api.call(OrtFunction.GET_TENSOR_ELEMENT_TYPE, info, elementType);
        LongByReference rank = new LongByReference();
        api.call(OrtFunction.GET_DIMENSIONS_COUNT, info, rank);
        if (rank.getValue() == 0) {
            return new TensorInfo(name, elementType.getValue(), List.of());
        }
        int dimensions = Math.toIntExact(rank.getValue());
        Memory shape = new Memory((long) dimensions * Long.BYTES);
        api.call(OrtFunction.GET_DIMENSIONS, info, shape, (long) dimensions);
        return new TensorInfo(
                name,
                elementType.getValue(),
                Arrays.stream(shape.getLongArray(0, dimensions)).boxed().collect(Collectors.toList()));
    }
}
