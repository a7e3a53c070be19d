package dev.holdfast.engine;

import dev.holdfast.protocol.Manifest;
import dev.holdfast.protocol.ModelConfig;
import dev.holdfast.protocol.ModelConfig.TensorConfig;
import dev.holdfast.protocol.TensorDeclaration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads out of a manifest what a version declares: the graph's word, narrowed by {@code config.pbtxt}. */
final class VersionMetadata {
    private static final String PLATFORM = "onnxruntime_onnx";

    private final Manifest manifest;
    private final ModelConfig config;

    private VersionMetadata(Manifest manifest) {
        this.manifest = manifest;
        this.config = manifest.config();
    }

    /** @throws VersionUnusableException if the protocol can't name a type, or the model can't batch as configured */
    static ModelVersion of(Manifest manifest) {
        VersionMetadata metadata = new VersionMetadata(manifest);
        return new ModelVersion(
                manifest.model(),
                manifest.version(),
                PLATFORM,
                metadata.tensors(
                        "input", manifest.graph().inputs(), manifest.config().inputs()),
                metadata.tensors(
                        "output", manifest.graph().outputs(), manifest.config().outputs()),
                manifest.config(),
                manifest.arena().layout(),
                manifest.arena().sizeBytes(),
                manifest.arena().digest());
    }

    private List<TensorMetadata> tensors(String kind, List<TensorDeclaration> graph, List<TensorConfig> configured) {
        requireKnown(kind, graph, configured);
        List<TensorMetadata> tensors = new ArrayList<>(graph.size());
        for (TensorDeclaration declaration : graph) {
            DataType type = DataType.of(declaration.type())
                    .orElseThrow(() -> unusable(
                            kind, declaration, "has type " + declaration.type() + ", which the protocol can't carry"));
            Optional<TensorConfig> narrower = configured.stream()
                    .filter(tensor -> tensor.name().equals(declaration.name()))
                    .findFirst();
            narrower.ifPresent(tensor -> requireType(kind, declaration, type, tensor));
            Shape shape = narrower.map(tensor -> narrowed(kind, declaration, tensor))
                    .orElseGet(() -> Shape.of(declaration.shape()));
            requireOpenBatch(kind, declaration, shape);
            tensors.add(new TensorMetadata(declaration.name(), type, shape));
        }
        return tensors;
    }

    private void requireKnown(String kind, List<TensorDeclaration> graph, List<TensorConfig> configured) {
        List<String> names = graph.stream().map(TensorDeclaration::name).toList();
        for (TensorConfig tensor : configured) {
            if (!names.contains(tensor.name())) {
                throw new VersionUnusableException("config.pbtxt of model '" + manifest.model() + "' names the " + kind
                        + " '" + tensor.name() + "', but version " + manifest.version() + " has " + names);
            }
        }
    }

    private void requireType(String kind, TensorDeclaration declaration, DataType type, TensorConfig configured) {
        if (!configured.dataType().equals(type.configName())) {
            throw unusable(
                    kind, declaration, "is " + type.configName() + ", but config.pbtxt says " + configured.dataType());
        }
    }

    /** A graph that leaves the rank open declares no dimensions; then the configuration's count. */
    private Shape narrowed(String kind, TensorDeclaration declaration, TensorConfig configured) {
        List<Long> graph = declaration.shape();
        List<Long> dims = new ArrayList<>(configured.dims());
        if (config.maxBatchSize() > 0) {
            dims.add(0, -1L);
        }
        if (graph.isEmpty()) {
            return Shape.of(dims);
        }
        boolean agrees = graph.size() == dims.size();
        for (int i = 0; i < dims.size() && agrees; i++) {
            agrees = dims.get(i) < 0 || graph.get(i) < 0 || dims.get(i).equals(graph.get(i));
            dims.set(i, dims.get(i) < 0 ? graph.get(i) : dims.get(i));
        }
        if (!agrees) {
            throw unusable(
                    kind,
                    declaration,
                    "has shape " + Shape.of(graph) + ", but config.pbtxt says dims " + configured.dims()
                            + (config.maxBatchSize() > 0 ? " after the batch dimension" : ""));
        }
        return Shape.of(dims);
    }

    private void requireOpenBatch(String kind, TensorDeclaration declaration, Shape shape) {
        if (config.maxBatchSize() > 0 && (shape.rank() == 0 || shape.dimension(0) >= 0)) {
            throw unusable(
                    kind,
                    declaration,
                    "has shape " + shape + ", whose first dimension is not open, but max_batch_size is "
                            + config.maxBatchSize() + "; set it to 0 or export the model with an open first dimension");
        }
    }

    private VersionUnusableException unusable(String kind, TensorDeclaration declaration, String problem) {
        return new VersionUnusableException(kind + " '" + declaration.name() + "' of model '" + manifest.model()
                + "' version " + manifest.version() + " " + problem);
    }
}
