package dev.holdfast.inference;

import dev.holdfast.engine.TensorMetadata;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/** Pieces that several JSON documents have. */
final class Documents {
    private Documents() {}

    static void writeShape(JsonGenerator out, String name, List<Long> dimensions) {
        out.writeArrayPropertyStart(name);
        dimensions.forEach(out::writeNumber);
        out.writeEndArray();
    }

    static void writeStrings(JsonGenerator out, String name, List<String> values) {
        out.writeArrayPropertyStart(name);
        values.forEach(out::writeString);
        out.writeEndArray();
    }

    /** {@code $metadata_tensor} objects. */
    static void writeTensors(JsonGenerator out, String name, List<TensorMetadata> tensors) {
        out.writeArrayPropertyStart(name);
        for (TensorMetadata tensor : tensors) {
            out.writeStartObject();
            out.writeStringProperty("name", tensor.name());
            out.writeStringProperty("datatype", tensor.type().name());
            writeShape(out, "shape", tensor.shape().toList());
            out.writeEndObject();
        }
        out.writeEndArray();
    }
}
