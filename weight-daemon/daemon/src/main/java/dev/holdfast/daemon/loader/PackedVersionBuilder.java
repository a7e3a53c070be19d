package dev.holdfast.daemon.loader;

import dev.holdfast.daemon.onnx.OnnxTensor;
import dev.holdfast.daemon.onnx.TensorLocation;
import dev.holdfast.daemon.state.StateLayout;
import dev.holdfast.memory.ContentDigest;
import dev.holdfast.memory.PackedArena;
import dev.holdfast.memory.WeightArena;
import dev.holdfast.protocol.TensorEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The packed layout: ONNX Runtime's own file with prepacked weights, as it is. */
final class PackedVersionBuilder extends VersionBuilder {
    private final long arenaBytes;

    PackedVersionBuilder(LoadJob job, CacheEntry optimized) throws IOException {
        super(job, optimized);
        this.arenaBytes = Files.size(optimized.weights());
    }

    @Override
    long arenaBytes() {
        return arenaBytes;
    }

    @Override
    List<TensorEntry> tensors() {
        List<TensorEntry> tensors = new ArrayList<>();
        for (OnnxTensor tensor : graph().initializers()) {
            if (tensor.location() instanceof TensorLocation.External external) {
                tensors.add(new TensorEntry(
                        tensor.name(),
                        tensor.type(),
                        tensor.shape(),
                        external.offsetBytes(),
                        external.lengthBytes().orElse(tensor.byteLength())));
            }
        }
        return tensors;
    }

    @Override
    WeightArena fill() throws IOException {
        Path weights = directory().resolve(StateLayout.WEIGHTS);
        HardLink.linkOrCopy(optimized().weights(), weights);
        return PackedArena.open(weights, arenaBytes);
    }

    /** The cache has read every byte of the same file before. */
    @Override
    ContentDigest digest(WeightArena arena) {
        return optimized().weightsDigest();
    }
}
