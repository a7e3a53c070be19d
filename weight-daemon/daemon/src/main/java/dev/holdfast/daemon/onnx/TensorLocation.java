package dev.holdfast.daemon.onnx;

import java.util.OptionalLong;

/** Where the values of a tensor are, after {@code TensorProto.data_location} in {@code onnx.proto}. */
public sealed interface TensorLocation {
    /**
     * In the model file, as {@code raw_data}.
     *
     * @param offsetBytes from the start of the model file
     * @param lengthBytes at most 2 GiB, as protobuf has no longer fields
     */
    record Inline(long offsetBytes, long lengthBytes) implements TensorLocation {}

    /** In the model file, in one of the typed fields ({@code float_data}, {@code int32_data}, ...), or nowhere. */
    record InlineValues() implements TensorLocation {}

    /**
     * In a file of its own, after the section "External Tensor Data" of ONNX's {@code docs/ExternalData.md}.
     *
     * @param file a path relative to the model's directory, unchecked
     * @param offsetBytes from the start of that file
     * @param lengthBytes empty if the model leaves it to shape and type
     */
    record External(String file, long offsetBytes, OptionalLong lengthBytes) implements TensorLocation {}
}
