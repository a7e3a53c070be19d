package dev.holdfast.daemon.loader;

import dev.holdfast.daemon.state.StateLayout;
import dev.holdfast.memory.ArenaWriter;
import dev.holdfast.memory.ContentDigest;
import dev.holdfast.memory.WeightArena;
import dev.holdfast.protocol.TensorEntry;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/** Memory that sessions are given by address, on the host or a device: a copy of the optimised form's weights. */
final class PlacedVersionBuilder extends VersionBuilder {
    /** How often progress is told; also far more than any way of copying needs to be fast. */
    private static final long SLICE_BYTES = 256L << 20;

    private final ArenaTarget target;
    private final ProgressReport progress;
    private final ArenaPlan plan;

    PlacedVersionBuilder(LoadJob job, CacheEntry optimized, ArenaTarget target, ProgressReport progress)
            throws IOException {
        super(job, optimized);
        this.target = target;
        this.progress = progress;
        this.plan = ArenaPlan.of(graph());
    }

    @Override
    long arenaBytes() {
        return plan.sizeBytes();
    }

    @Override
    List<TensorEntry> tensors() {
        return plan.tensors();
    }

    @Override
    WeightArena fill() throws IOException {
        Path image = optimized().weights();
        if (Files.notExists(image) || Files.size(image) != arenaBytes()) {
            throw damaged(image + " is not there with " + arenaBytes() + " bytes");
        }
        // The graph names this file for its external data; it also carries the lock that says the version is leased.
        Files.createFile(directory().resolve(StateLayout.WEIGHTS));
        progress.stage("allocating", 0);
        try (ArenaWriter writer = target.create(arenaName(), arenaBytes());
                FileChannel weights = FileChannel.open(image, StandardOpenOption.READ)) {
            progress.stage("filling", arenaBytes());
            for (long offset = 0; offset < arenaBytes(); offset += SLICE_BYTES) {
                long length = Math.min(SLICE_BYTES, arenaBytes() - offset);
                writer.write(offset, weights, offset, length);
                progress.done(offset + length);
            }
            return writer.finish();
        }
    }

    @Override
    Optional<String> handleOf(WeightArena arena) {
        return target.handleOf(arena);
    }

    /** Digested where it is, and compared with what was digested when the optimised form was made. */
    @Override
    ContentDigest digest(WeightArena arena) throws IOException {
        progress.stage("digesting arena", 0);
        ContentDigest digest = arena.digest();
        if (!digest.equals(optimized().weightsDigest())) {
            throw damaged("the digest of its bytes is " + digest.abbreviated() + "..., but the optimised form in "
                    + optimized().directory() + " had "
                    + optimized().weightsDigest().abbreviated() + "...");
        }
        return digest;
    }

    private DamagedFormException damaged(String how) throws IOException {
        optimized().markDamaged();
        return new DamagedFormException(how);
    }
}
