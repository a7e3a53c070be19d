package dev.holdfast.inference;

import dev.holdfast.engine.DataType;
import dev.holdfast.engine.Shape;
import dev.holdfast.engine.Tensor;
import dev.holdfast.engine.TensorData;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** An input while its JSON object is read, in whatever order its properties come. One thread. */
final class InputDraft {
    private static final long NO_OFFSET = -1;

    private @Nullable String name;
    private @Nullable DataType type;
    private @Nullable Shape shape;
    private @Nullable TensorData data;
    private Parameters parameters = Parameters.NONE;
    private long dataOffset = NO_OFFSET;

    void name(String given) {
        name = given;
    }

    void type(DataType given) {
        type = given;
    }

    void shape(Shape given) {
        shape = given;
    }

    void parameters(Parameters given) {
        parameters = given;
    }

    void data(TensorData given) {
        data = given;
    }

    /** Where {@code data} begins, for data that came before what says how to read it. */
    void dataOffset(long offsetBytes) {
        dataOffset = offsetBytes;
    }

    boolean knowsHowToRead() {
        return name != null && type != null && shape != null;
    }

    /** Where data that is still to be read begins, if there is any. */
    OptionalLong dataToRead() {
        return dataOffset == NO_OFFSET || data != null ? OptionalLong.empty() : OptionalLong.of(dataOffset);
    }

    String name() {
        return required(name, "name");
    }

    DataType type() {
        return required(type, "datatype");
    }

    Shape shape() {
        return required(shape, "shape");
    }

    /**
     * Bytes of binary data that belong to it; empty if its data is in the JSON.
     *
     * @throws RequestRefusedException with 400 if it has data in both places, in none, or in shared memory
     */
    OptionalLong binaryBytes() {
        if (parameters.has("shared_memory_region")) {
            throw RequestRefusedException.input(name(), "shared memory is not supported; send the data itself");
        }
        OptionalLong size = parameters.number("binary_data_size");
        if (size.isPresent() && dataOffset != NO_OFFSET) {
            throw RequestRefusedException.input(name(), "has both \"data\" and \"binary_data_size\"; send one of them");
        }
        if (size.isEmpty() && dataOffset == NO_OFFSET) {
            throw RequestRefusedException.input(name(), "has neither \"data\" nor parameter \"binary_data_size\"");
        }
        return size;
    }

    Tensor finish() {
        return new Tensor(name(), type(), shape(), required(data, "data"));
    }

    private <T> T required(@Nullable T value, String property) {
        if (value == null) {
            String which = name == null ? "an input" : "tensor '" + name + "'";
            throw RequestRefusedException.malformed(which + " has no \"" + property + "\"");
        }
        return value;
    }
}
