package dev.holdfast.daemon.onnx;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.holdfast.protocol.TensorDeclaration;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads a {@code ModelProto} ({@code onnx/onnx.proto}) without its weights: they are located and skipped, so that a
 * file of nearly 2 GiB costs no more memory than its list of tensors.
 */
public final class OnnxModelReader {
    private static final int HEAD_BYTES = 512;

    private final String fileName;
    private final ProtoCursor cursor;
    private final GraphReader graph;
    private final Map<String, Long> opsets = new HashMap<>();
    private long irVersion;
    private String producerName = "";
    private String producerVersion = "";
    private boolean graphSeen;

    private OnnxModelReader(String fileName, ProtoCursor cursor) {
        this.fileName = fileName;
        this.cursor = cursor;
        this.graph = new GraphReader(cursor);
    }

    /**
     * Reads a model file.
     *
     * @throws OnnxFormatException if the file is not an ONNX model, is truncated or damaged, or exceeds the 2 GiB that
     *     protobuf allows
     * @throws UnsupportedModelException if an input or output is not a tensor or of an unknown type
     * @throws IOException if the file can't be read
     */
    public static OnnxModel read(Path file) throws IOException {
        long size = Files.size(file);
        if (size > Integer.MAX_VALUE) {
            throw new OnnxFormatException(file + " has " + size + " bytes; a protobuf message has at most "
                    + Integer.MAX_VALUE + ". Save the model with external data");
        }
        byte[] head;
        try (InputStream bytes = Files.newInputStream(file)) {
            head = bytes.readNBytes(HEAD_BYTES);
        }
        try (InputStream bytes = Files.newInputStream(file)) {
            return read(file.toString(), (int) size, head, bytes);
        }
    }

    /** The same from any stream; {@code head} is what the stream begins with. */
    static OnnxModel read(String fileName, int size, byte[] head, InputStream bytes) throws IOException {
        OnnxModelReader reader = new OnnxModelReader(fileName, new ProtoCursor(fileName, size, bytes));
        try {
            reader.fields();
        } catch (InvalidProtocolBufferException broken) {
            throw reader.recognise(head, reader.cursor.brokenOff());
        } catch (OnnxFormatException broken) {
            throw reader.recognise(head, broken);
        }
        return reader.model(head);
    }

    private void fields() throws IOException {
        for (int field = cursor.nextField(); field != 0; field = cursor.nextField()) {
            switch (field) {
                case OnnxFields.MODEL_IR_VERSION -> irVersion = cursor.varint();
                case OnnxFields.MODEL_PRODUCER_NAME -> producerName = cursor.text();
                case OnnxFields.MODEL_PRODUCER_VERSION -> producerVersion = cursor.text();
                case OnnxFields.MODEL_OPSET_IMPORT -> cursor.message("opset_import", this::opset);
                case OnnxFields.MODEL_GRAPH -> {
                    graphSeen = true;
                    cursor.message("graph", graph::mainGraph);
                }
                case OnnxFields.MODEL_FUNCTIONS -> cursor.message("function", graph::function);
                default -> cursor.skip();
            }
        }
    }

    private void opset() throws IOException {
        String domain = "";
        long version = 0;
        for (int field = cursor.nextField(); field != 0; field = cursor.nextField()) {
            switch (field) {
                case OnnxFields.OPSET_DOMAIN -> domain = cursor.text();
                case OnnxFields.OPSET_VERSION -> version = cursor.varint();
                default -> cursor.skip();
            }
        }
        opsets.put(domain, version);
    }

    /** A file that failed before it stated its IR version was never a model; any bytes may start like protobuf. */
    private OnnxFormatException recognise(byte[] head, OnnxFormatException broken) {
        return irVersion > 0 ? broken : notOnnx(FileKind.guess(head));
    }

    private OnnxFormatException notOnnx(Optional<String> looksLike) {
        return new OnnxFormatException(fileName + " is not an ONNX model"
                + looksLike.map(kind -> ": it " + kind).orElse("; export the model to ONNX"));
    }

    private OnnxModel model(byte[] head) {
        if (irVersion <= 0) {
            throw notOnnx(FileKind.guess(head));
        }
        if (!graphSeen) {
            throw new OnnxFormatException(
                    fileName + " has no graph, so there is nothing to run; export the model again");
        }
        Set<String> names = initializerNames();
        return new OnnxModel(
                irVersion,
                (producerName + " " + producerVersion).strip(),
                opsets,
                declarations("input", graph.inputs, names),
                declarations("output", graph.outputs, Set.of()),
                graph.initializers,
                graph.nested);
    }

    private Set<String> initializerNames() {
        Set<String> names = new HashSet<>();
        for (OnnxTensor initializer : graph.initializers) {
            if (initializer.name().isEmpty() || !names.add(initializer.name())) {
                throw new OnnxFormatException(fileName + " is damaged: "
                        + (initializer.name().isEmpty()
                                ? "an initializer has no name"
                                : "two initializers are named '" + initializer.name() + "'")
                        + "; export the model again");
            }
        }
        return names;
    }

    private static List<TensorDeclaration> declarations(
            String role, List<ValueReader.Value> values, Set<String> leftOut) {
        return values.stream()
                .filter(value -> !leftOut.contains(value.name()))
                .map(value -> value.declare(role))
                .toList();
    }
}
