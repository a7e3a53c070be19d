package dev.holdfast.daemon.loader;

import dev.holdfast.daemon.onnx.OnnxModel;
import dev.holdfast.daemon.onnx.OnnxTensor;
import dev.holdfast.daemon.onnx.TensorLocation;
import dev.holdfast.memory.ArenaWriter;
import dev.holdfast.memory.PackedArena;
import dev.holdfast.protocol.TensorEntry;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Where each initializer of a graph lies in an arena that sessions are given by address: in the graph's order, each at
 * the next multiple of 256 bytes, with zeros between.
 */
final class ArenaPlan {
    /** What CUDA allocations guarantee, and more than any CPU instruction asks for. */
    private static final long ALIGNMENT_BYTES = 256;

    private static final Set<PosixFilePermission> OWNERS =
            Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private final List<Placed> placed = new ArrayList<>();
    private long sizeBytes;

    /** @param sourceOffset where the tensor's bytes begin in the graph's external data */
    private record Placed(TensorEntry tensor, long sourceOffset) {}

    private ArenaPlan() {}

    static ArenaPlan of(OnnxModel graph) {
        ArenaPlan plan = new ArenaPlan();
        for (OnnxTensor tensor : graph.initializers()) {
            if (tensor.location() instanceof TensorLocation.External external) {
                plan.place(tensor, external.offsetBytes());
            }
        }
        return plan;
    }

    private void place(OnnxTensor tensor, long sourceOffset) {
        long offset =
                Math.multiplyExact(Math.floorDiv(sizeBytes + ALIGNMENT_BYTES - 1, ALIGNMENT_BYTES), ALIGNMENT_BYTES);
        long length = tensor.byteLength();
        placed.add(new Placed(
                new TensorEntry(tensor.name(), tensor.type(), tensor.shape(), offset, length), sourceOffset));
        sizeBytes = Math.addExact(offset, length);
    }

    List<TensorEntry> tensors() {
        return placed.stream().map(Placed::tensor).toList();
    }

    /** The arena's exact length. */
    long sizeBytes() {
        return sizeBytes;
    }

    /** Makes the graph's external data what the arena will be, byte by byte; so one copy fills it, and one digest is both's. */
    void rewrite(Path externalData) throws IOException {
        Path image = externalData.resolveSibling("image");
        try (FileChannel source = FileChannel.open(externalData, StandardOpenOption.READ);
                ArenaWriter writer = PackedArena.create(image, sizeBytes, OWNERS)) {
            for (Placed each : placed) {
                TensorEntry tensor = each.tensor();
                writer.write(tensor.offsetBytes(), source, each.sourceOffset(), tensor.lengthBytes());
            }
            writer.finish().close();
        }
        Files.move(image, externalData, StandardCopyOption.ATOMIC_MOVE);
    }
}
