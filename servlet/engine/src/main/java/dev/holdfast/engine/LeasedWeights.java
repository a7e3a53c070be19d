package dev.holdfast.engine;

import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.memory.Mapping;
import dev.holdfast.memory.WeightArena;
import dev.holdfast.onnxruntime.Environment;
import dev.holdfast.onnxruntime.PackedWeights;
import dev.holdfast.onnxruntime.PlacedInitializer;
import dev.holdfast.onnxruntime.PlacedWeights;
import dev.holdfast.onnxruntime.Session;
import dev.holdfast.onnxruntime.SessionOptions;
import dev.holdfast.protocol.Lease;
import java.nio.file.Path;
import java.util.List;

/** Opens sessions over the weights of leases, in the way that their layout asks for. */
final class LeasedWeights {
    private static final String GRAPH = "graph";

    private LeasedWeights() {}

    /**
     * A session without a copy of the weights; it keeps mapped what it needs.
     *
     * @param processor computes it
     * @param queue of its runs, the session's once this returns
     * @param options already set up for the queue
     * @throws dev.holdfast.memory.ArenaException if the arena is not what the manifest says
     * @throws dev.holdfast.onnxruntime.OnnxRuntimeException if ONNX Runtime refuses graph or weights
     * @throws dev.holdfast.onnxruntime.WeightsNotSharedException if it would have copied them
     */
    static Session open(
            Lease lease, Processor processor, RunQueue queue, Environment environment, SessionOptions options) {
        Path graph = lease.directory().resolve(GRAPH);
        try (WeightArena arena = lease.openArena()) {
            if (arena.layout() == ArenaLayout.PACKED) {
                return new PackedWeights(graph).open(environment, options);
            }
            return openPlaced(graph, lease, arena, processor, queue, environment, options);
        }
    }

    private static Session openPlaced(
            Path graph,
            Lease lease,
            WeightArena arena,
            Processor processor,
            RunQueue queue,
            Environment environment,
            SessionOptions options) {
        Mapping mapping = arena.map();
        try {
            List<PlacedInitializer> initializers = lease.manifest().tensors().stream()
                    .map(t -> new PlacedInitializer(
                            t.name(), t.type().onnxNumber(), t.shape(), t.offsetBytes(), t.lengthBytes()))
                    .toList();
            long address = mapping.sizeBytes() == 0 ? 0 : mapping.address();
            return new PlacedWeights(
                            graph,
                            processor.weights(),
                            address,
                            mapping.sizeBytes(),
                            initializers,
                            new Needs(mapping, queue))
                    .open(environment, options);
        } catch (RuntimeException | Error e) {
            mapping.close();
            throw e;
        }
    }

    /** What a session on a device needs until its last run has ended. */
    private record Needs(Mapping mapping, RunQueue queue) implements AutoCloseable {
        @Override
        public void close() {
            try (RunQueue closedSecond = queue) {
                mapping.close();
            }
        }
    }
}
