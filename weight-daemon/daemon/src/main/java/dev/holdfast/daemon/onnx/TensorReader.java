package dev.holdfast.daemon.onnx;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Reads one {@code TensorProto}, leaving its values where they are. */
final class TensorReader {
    private static final int MOST_DIMENSIONS = 1024;

    private final ProtoCursor cursor;
    private final String scope;
    private final List<Long> shape = new ArrayList<>();
    private final Map<String, String> externalData = new HashMap<>();
    private String name = "";
    private int typeNumber;
    private boolean external;
    private TensorLocation location = new TensorLocation.InlineValues();

    private TensorReader(ProtoCursor cursor, String scope) {
        this.cursor = cursor;
        this.scope = scope;
    }

    /** Reads the tensor in the field just met. */
    static OnnxTensor read(ProtoCursor cursor, String scope) throws IOException {
        TensorReader reader = new TensorReader(cursor, scope);
        cursor.message("tensor", reader::fields);
        return reader.tensor();
    }

    private void fields() throws IOException {
        for (int field = cursor.nextField(); field != 0; field = cursor.nextField()) {
            switch (field) {
                case OnnxFields.TENSOR_DIMS -> dimensions();
                case OnnxFields.TENSOR_DATA_TYPE -> typeNumber = (int) cursor.varint();
                case OnnxFields.TENSOR_NAME -> {
                    name = cursor.text();
                    cursor.nameCurrent("tensor '" + name + "'");
                }
                case OnnxFields.TENSOR_RAW_DATA -> location = cursor.skippedBytes();
                case OnnxFields.TENSOR_EXTERNAL_DATA -> cursor.message("external_data", this::entry);
                case OnnxFields.TENSOR_DATA_LOCATION -> external = cursor.varint() == OnnxFields.LOCATION_EXTERNAL;
                default -> cursor.skip();
            }
        }
    }

    private void dimensions() throws IOException {
        if (!cursor.isPacked()) {
            dimension(cursor.varint());
            return;
        }
        cursor.message("dims", () -> {
            while (!cursor.atMessageEnd()) {
                dimension(cursor.packedVarint());
            }
        });
    }

    private void dimension(long size) {
        if (size < 0 || shape.size() == MOST_DIMENSIONS) {
            throw cursor.damaged(
                    size < 0 ? "has the dimension " + size : "has over " + MOST_DIMENSIONS + " dimensions");
        }
        shape.add(size);
    }

    private void entry() throws IOException {
        String key = "";
        String value = "";
        for (int field = cursor.nextField(); field != 0; field = cursor.nextField()) {
            switch (field) {
                case OnnxFields.ENTRY_KEY -> key = cursor.text();
                case OnnxFields.ENTRY_VALUE -> value = cursor.text();
                default -> cursor.skip();
            }
        }
        externalData.put(key, value);
    }

    private OnnxTensor tensor() {
        if (external) {
            location = new TensorLocation.External(
                    externalData.getOrDefault("location", ""), number("offset").orElse(0), number("length"));
        }
        return new OnnxTensor(scope, name, typeNumber, shape, location);
    }

    private OptionalLong number(String key) {
        String text = externalData.get(key);
        if (text == null || text.isEmpty()) {
            return OptionalLong.empty();
        }
        try {
            long bytes = Long.parseLong(text);
            if (bytes >= 0) {
                return OptionalLong.of(bytes);
            }
        } catch (NumberFormatException notANumber) {
            // Reported below, as a negative one is.
        }
        throw cursor.damaged("has a tensor '" + name + "' whose external_data " + key + " is '" + text
                + "' instead of a number of bytes");
    }
}
