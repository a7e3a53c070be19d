package dev.holdfast.daemon.loader;

import dev.holdfast.daemon.onnx.OnnxModel;
import dev.holdfast.daemon.onnx.OnnxModelReader;
import dev.holdfast.daemon.state.ReadAccess;
import dev.holdfast.daemon.state.StateLayout;
import dev.holdfast.daemon.state.Trees;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.memory.ContentDigest;
import dev.holdfast.memory.FileSync;
import dev.holdfast.memory.WeightArena;
import dev.holdfast.protocol.ArenaDescription;
import dev.holdfast.protocol.GraphDescription;
import dev.holdfast.protocol.Manifest;
import dev.holdfast.protocol.ManifestCodec;
import dev.holdfast.protocol.TensorEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/**
 * Makes a version's directory, arena and manifest out of an optimised form. Used once, by one thread.
 *
 * <p>The directory is complete and synced when {@link #finish} returns: the holder only renames it.
 */
abstract class VersionBuilder {
    private final LoadJob job;
    private final CacheEntry optimized;
    private final OnnxModel graph;

    VersionBuilder(LoadJob job, CacheEntry optimized) throws IOException {
        this.job = job;
        this.optimized = optimized;
        this.graph = OnnxModelReader.read(optimized.graph());
    }

    static VersionBuilder of(LoadJob job, CacheEntry optimized, ArenaTarget target, ProgressReport progress)
            throws IOException {
        return job.placement().layout() == ArenaLayout.PACKED
                ? new PackedVersionBuilder(job, optimized)
                : new PlacedVersionBuilder(job, optimized, target, progress);
    }

    CacheEntry optimized() {
        return optimized;
    }

    OnnxModel graph() {
        return graph;
    }

    /** Where the version is put together. */
    Path directory() {
        return Path.of(job.workDirectory(), "version");
    }

    ReadAccess access() {
        return new ReadAccess(job.readersGroup());
    }

    String arenaName() {
        return job.model() + ":" + job.version();
    }

    /** The exact size of the arena to be. */
    abstract long arenaBytes();

    /** Where each initializer lies in the arena. */
    abstract List<TensorEntry> tensors();

    /** Creates and fills the arena, and puts {@code weights} into the directory. The caller closes it. */
    abstract WeightArena fill() throws IOException;

    /** The digest of the filled arena. */
    abstract ContentDigest digest(WeightArena arena) throws IOException;

    /** What other processes open the arena by, where that is no descriptor and no file. */
    Optional<String> handleOf(WeightArena arena) {
        return Optional.empty();
    }

    /** Makes the arena in a new directory with the graph beside it. @return the caller closes it */
    final WeightArena build() throws IOException {
        // One is there if it was made of a form that turned out to be damaged.
        Trees.delete(directory());
        Files.createDirectory(directory());
        HardLink.linkOrCopy(optimized.graph(), directory().resolve(StateLayout.GRAPH));
        return fill();
    }

    /** Writes the manifest, sets permissions, and syncs all. */
    final Manifest finish(WeightArena arena) throws IOException {
        Manifest manifest = manifest(arena);
        Path file = directory().resolve(StateLayout.MANIFEST);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer json = ByteBuffer.wrap(ManifestCodec.write(manifest));
            while (json.hasRemaining()) {
                channel.write(json);
            }
            channel.force(true);
        }
        for (String name : List.of(StateLayout.GRAPH, StateLayout.WEIGHTS, StateLayout.MANIFEST)) {
            access().protectFile(directory().resolve(name));
        }
        FileSync.sync(directory());
        return manifest;
    }

    private Manifest manifest(WeightArena arena) throws IOException {
        return new Manifest(
                Manifest.FORMAT,
                job.model(),
                job.version(),
                new ArenaDescription(
                        arena.kind(),
                        arena.layout(),
                        arena.device(),
                        arena.sizeBytes(),
                        digest(arena),
                        handleOf(arena)),
                new GraphDescription(
                        Files.size(optimized.graph()), optimized.graphDigest(), graph.inputs(), graph.outputs()),
                tensors(),
                optimized.key().build(),
                job.config());
    }
}
