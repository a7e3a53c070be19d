package dev.holdfast.daemon.onnx;

import dev.holdfast.protocol.TensorDeclaration;
import dev.holdfast.protocol.TensorType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads one {@code ValueInfoProto}: an input or output of the main graph. */
final class ValueReader {
    private static final int MOST_DIMENSIONS = 1024;
    private static final long ANY_SIZE = -1;

    private final ProtoCursor cursor;
    private final List<Long> shape = new ArrayList<>();
    private String name = "";
    private int typeNumber;

    private ValueReader(ProtoCursor cursor) {
        this.cursor = cursor;
    }

    /**
     * What the file says of a value.
     *
     * @param typeNumber number in {@code TensorProto.DataType}; 0 if the value is no tensor
     * @param shape its dimensions; -1 where any size is accepted
     */
    record Value(String name, int typeNumber, List<Long> shape) {
        /** @throws UnsupportedModelException if it is no tensor, or of a type that Holdfast does not know */
        TensorDeclaration declare(String role) {
            if (typeNumber == 0) {
                throw new UnsupportedModelException("the model's " + role + " '" + name
                        + "' is not a tensor but a sequence, a map or an optional value; export the model with plain"
                        + " tensors there");
            }
            try {
                return new TensorDeclaration(name, TensorType.ofOnnxNumber(typeNumber), shape);
            } catch (IllegalArgumentException unknown) {
                throw new UnsupportedModelException("the model's " + role + " '" + name
                        + "' has the element type number " + typeNumber + ", which Holdfast does not know");
            }
        }
    }

    /** Reads the value in the field just met. */
    static Value read(ProtoCursor cursor, String role) throws IOException {
        ValueReader reader = new ValueReader(cursor);
        cursor.message(role, () -> reader.value(role));
        return new Value(reader.name, reader.typeNumber, reader.shape);
    }

    private void value(String role) throws IOException {
        for (int field = cursor.nextField(); field != 0; field = cursor.nextField()) {
            switch (field) {
                case OnnxFields.VALUE_NAME -> {
                    name = cursor.text();
                    cursor.nameCurrent(role + " '" + name + "'");
                }
                case OnnxFields.VALUE_TYPE -> cursor.message("type", this::type);
                default -> cursor.skip();
            }
        }
    }

    private void type() throws IOException {
        for (int field = cursor.nextField(); field != 0; field = cursor.nextField()) {
            if (field == OnnxFields.TYPE_TENSOR) {
                cursor.message("tensor type", this::tensorType);
            } else {
                cursor.skip();
            }
        }
    }

    private void tensorType() throws IOException {
        for (int field = cursor.nextField(); field != 0; field = cursor.nextField()) {
            switch (field) {
                case OnnxFields.TENSOR_TYPE_ELEMENT -> typeNumber = (int) cursor.varint();
                case OnnxFields.TENSOR_TYPE_SHAPE -> cursor.message("shape", this::dimensions);
                default -> cursor.skip();
            }
        }
    }

    private void dimensions() throws IOException {
        for (int field = cursor.nextField(); field != 0; field = cursor.nextField()) {
            if (field != OnnxFields.SHAPE_DIMENSION) {
                cursor.skip();
                continue;
            }
            if (shape.size() == MOST_DIMENSIONS) {
                throw cursor.damaged("has over " + MOST_DIMENSIONS + " dimensions");
            }
            shape.add(ANY_SIZE);
            cursor.message("dimension", this::dimension);
        }
    }

    private void dimension() throws IOException {
        for (int field = cursor.nextField(); field != 0; field = cursor.nextField()) {
            if (field == OnnxFields.DIMENSION_VALUE) {
                long size = cursor.varint();
                // Some exporters write -1, which ONNX does not define, for a size they do not know.
                shape.set(shape.size() - 1, Math.max(size, ANY_SIZE));
            } else {
                cursor.skip();
            }
        }
    }
}
