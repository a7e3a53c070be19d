package dev.holdfast.daemon.loader;

import dev.holdfast.daemon.onnx.OnnxTensor;
import dev.holdfast.daemon.onnx.TensorLocation;
import dev.holdfast.daemon.state.StateLayout;
import dev.holdfast.memory.ArenaWriter;
import dev.holdfast.memory.ContentDigest;
import dev.holdfast.memory.SealedArena;
import dev.holdfast.memory.WeightArena;
import dev.holdfast.protocol.TensorEntry;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** The sealed layout: every initializer at an aligned offset of one memfd, to be handed over by address. */
final class SealedVersionBuilder extends VersionBuilder {
    /** What CUDA allocations guarantee, and more than any CPU instruction asks for. */
    private static final long ALIGNMENT_BYTES = 256;

    private final ProgressReport progress;
    private final List<Placement> placements = new ArrayList<>();
    private final long arenaBytes;

    /** @param sourceOffset where the tensor's bytes begin in the optimised form's {@code weights} */
    private record Placement(TensorEntry tensor, long sourceOffset) {}

    SealedVersionBuilder(LoadJob job, CacheEntry optimized, ProgressReport progress) throws IOException {
        super(job, optimized);
        this.progress = progress;
        this.arenaBytes = place();
    }

    private long place() {
        long end = 0;
        for (OnnxTensor tensor : graph().initializers()) {
            if (tensor.location() instanceof TensorLocation.External external) {
                long offset =
                        Math.multiplyExact(Math.floorDiv(end + ALIGNMENT_BYTES - 1, ALIGNMENT_BYTES), ALIGNMENT_BYTES);
                long length = tensor.byteLength();
                placements.add(new Placement(
                        new TensorEntry(tensor.name(), tensor.type(), tensor.shape(), offset, length),
                        external.offsetBytes()));
                end = offset + length;
            }
        }
        return end;
    }

    @Override
    long arenaBytes() {
        return arenaBytes;
    }

    @Override
    List<TensorEntry> tensors() {
        return placements.stream().map(Placement::tensor).toList();
    }

    @Override
    WeightArena fill() throws IOException {
        // The graph names this file for its external data; it also carries the lock that says the version is leased.
        Files.createFile(directory().resolve(StateLayout.WEIGHTS));
        progress.stage("filling", arenaBytes);
        try (ArenaWriter writer = SealedArena.create(arenaName(), arenaBytes);
                FileChannel weights = FileChannel.open(optimized().weights(), StandardOpenOption.READ)) {
            for (Placement placement : placements) {
                TensorEntry tensor = placement.tensor();
                writer.write(tensor.offsetBytes(), weights, placement.sourceOffset(), tensor.lengthBytes());
                progress.done(tensor.offsetBytes() + tensor.lengthBytes());
            }
            return writer.finish();
        }
    }

    @Override
    ContentDigest digest(WeightArena arena) {
        progress.stage("digesting arena", 0);
        return arena.digest();
    }
}
