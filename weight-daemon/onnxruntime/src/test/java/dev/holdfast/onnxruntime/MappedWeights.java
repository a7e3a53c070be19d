package dev.holdfast.onnxruntime;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** The weights of an optimised graph mapped read-only, away from the graph, beside which only a placeholder is left. */
final class MappedWeights implements AutoCloseable {
    private final Path graph;
    private final MappedByteBuffer bytes;
    private final AtomicInteger closed = new AtomicInteger();

    private MappedWeights(Path graph, MappedByteBuffer bytes) {
        this.graph = graph;
        this.bytes = bytes;
    }

    static MappedWeights of(Path graph) throws IOException {
        Path placeholder = graph.resolveSibling("weights");
        Path elsewhere = graph.resolveSibling("mapped-weights");
        if (!Files.exists(elsewhere)) {
            Files.move(placeholder, elsewhere);
            Files.createFile(placeholder);
        }
        try (FileChannel channel = FileChannel.open(elsewhere)) {
            return new MappedWeights(graph, channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size()));
        }
    }

    PlacedWeights placed() throws IOException {
        return placed(Device.CPU, initializers(graph));
    }

    PlacedWeights placed(Device device, List<PlacedInitializer> initializers) {
        return new PlacedWeights(graph, device, address(), bytes.capacity(), initializers, this);
    }

    long address() {
        return Pointer.nativeValue(Native.getDirectBufferPointer(bytes));
    }

    int timesClosed() {
        return closed.get();
    }

    @Override
    public void close() {
        closed.incrementAndGet();
    }

    /** The initializers that the graph keeps in external data. */
    static List<PlacedInitializer> initializers(Path graph) throws IOException {
        List<PlacedInitializer> found = new ArrayList<>();
        byte[] model = Files.readAllBytes(graph);
        for (byte[] body : fields(model, 7)) {
            for (byte[] tensor : fields(body, 5)) {
                Map<String, String> external = new HashMap<>();
                for (byte[] pair : fields(tensor, 13)) {
                    external.put(text(fields(pair, 1)), text(fields(pair, 2)));
                }
                if (!external.isEmpty()) {
                    found.add(initializer(tensor, external));
                }
            }
        }
        return found;
    }

    private static PlacedInitializer initializer(byte[] tensor, Map<String, String> external) throws IOException {
        return new PlacedInitializer(
                text(fields(tensor, 8)),
                numbers(tensor, 2).get(0).intValue(),
                numbers(tensor, 1),
                Long.parseLong(external.getOrDefault("offset", "0")),
                Long.parseLong(external.get("length")));
    }

    private static String text(List<byte[]> values) {
        return new String(values.get(0), java.nio.charset.StandardCharsets.UTF_8);
    }

    private static List<byte[]> fields(byte[] message, int number) throws IOException {
        List<byte[]> values = new ArrayList<>();
        CodedInputStream in = CodedInputStream.newInstance(message);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (tag == WireFormat.FieldType.BYTES.getWireType() + (number << 3)) {
                values.add(in.readByteArray());
            } else {
                in.skipField(tag);
            }
        }
        return values;
    }

    private static List<Long> numbers(byte[] message, int number) throws IOException {
        List<Long> values = new ArrayList<>();
        CodedInputStream in = CodedInputStream.newInstance(message);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (tag == number << 3) {
                values.add(in.readInt64());
            } else if (tag == (number << 3) + 2) {
                CodedInputStream packed = CodedInputStream.newInstance(in.readByteArray());
                while (!packed.isAtEnd()) {
                    values.add(packed.readInt64());
                }
            } else {
                in.skipField(tag);
            }
        }
        return values;
    }
}
