package dev.holdfast.daemon.onnx;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Collects values and tensors of the main graph and the tensors of everything below it. */
final class GraphReader {
    /** A bound on memory: a file of empty messages could otherwise ask for a record per two bytes. */
    private static final int MOST_RECORDS = 1_000_000;

    private final ProtoCursor cursor;
    final List<ValueReader.Value> inputs = new ArrayList<>();
    final List<ValueReader.Value> outputs = new ArrayList<>();
    final List<OnnxTensor> initializers = new ArrayList<>();
    final List<OnnxTensor> nested = new ArrayList<>();

    GraphReader(ProtoCursor cursor) {
        this.cursor = cursor;
    }

    /** Reads the main graph. */
    void mainGraph() throws IOException {
        for (int field = cursor.nextField(); field != 0; field = cursor.nextField()) {
            switch (field) {
                case OnnxFields.GRAPH_INPUT -> add(inputs, ValueReader.read(cursor, "input"));
                case OnnxFields.GRAPH_OUTPUT -> add(outputs, ValueReader.read(cursor, "output"));
                case OnnxFields.GRAPH_INITIALIZER -> add(initializers, TensorReader.read(cursor, ""));
                default -> commonField(field);
            }
        }
    }

    /** Reads a {@code FunctionProto}. */
    void function() throws IOException {
        for (int field = cursor.nextField(); field != 0; field = cursor.nextField()) {
            switch (field) {
                case OnnxFields.FUNCTION_NODE -> cursor.message("node", this::node);
                case OnnxFields.FUNCTION_ATTRIBUTE -> cursor.message("attribute", this::attribute);
                default -> cursor.skip();
            }
        }
    }

    private void subgraph() throws IOException {
        for (int field = cursor.nextField(); field != 0; field = cursor.nextField()) {
            if (field == OnnxFields.GRAPH_INITIALIZER) {
                nestedTensor();
            } else {
                commonField(field);
            }
        }
    }

    private void commonField(int field) throws IOException {
        switch (field) {
            case OnnxFields.GRAPH_NODE -> cursor.message("node", this::node);
            case OnnxFields.GRAPH_SPARSE_INITIALIZER -> cursor.message("sparse initializer", this::sparseTensor);
            default -> cursor.skip();
        }
    }

    private void node() throws IOException {
        for (int field = cursor.nextField(); field != 0; field = cursor.nextField()) {
            switch (field) {
                case OnnxFields.NODE_NAME -> cursor.nameCurrent("node '" + cursor.text() + "'");
                case OnnxFields.NODE_ATTRIBUTE -> cursor.message("attribute", this::attribute);
                default -> cursor.skip();
            }
        }
    }

    private void attribute() throws IOException {
        for (int field = cursor.nextField(); field != 0; field = cursor.nextField()) {
            switch (field) {
                case OnnxFields.ATTRIBUTE_NAME -> cursor.nameCurrent("attribute '" + cursor.text() + "'");
                case OnnxFields.ATTRIBUTE_TENSOR, OnnxFields.ATTRIBUTE_TENSORS -> nestedTensor();
                case OnnxFields.ATTRIBUTE_GRAPH, OnnxFields.ATTRIBUTE_GRAPHS ->
                    cursor.message("subgraph", this::subgraph);
                case OnnxFields.ATTRIBUTE_SPARSE_TENSOR, OnnxFields.ATTRIBUTE_SPARSE_TENSORS ->
                    cursor.message("sparse tensor", this::sparseTensor);
                default -> cursor.skip();
            }
        }
    }

    private void sparseTensor() throws IOException {
        for (int field = cursor.nextField(); field != 0; field = cursor.nextField()) {
            if (field == OnnxFields.SPARSE_VALUES || field == OnnxFields.SPARSE_INDICES) {
                nestedTensor();
            } else {
                cursor.skip();
            }
        }
    }

    private void nestedTensor() throws IOException {
        OnnxTensor tensor = TensorReader.read(cursor, cursor.place());
        // Small constants are many and need no check; only what lies outside the file does.
        if (tensor.location() instanceof TensorLocation.External) {
            add(nested, tensor);
        }
    }

    private <T> void add(List<T> records, T found) {
        if (records.size() == MOST_RECORDS) {
            throw cursor.damaged("has over " + MOST_RECORDS + " tensors or values");
        }
        records.add(found);
    }
}
