package dev.holdfast.onnxruntime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * Rewrites models offline, so that sessions over shared weights need not. Any thread; each call takes memory of the
 * order of the model's size while it lasts.
 */
public final class GraphOptimizer {
    private static final String GRAPH = "graph";
    private static final String WEIGHTS = "weights";
    /** Smaller initializers stay in the graph; shape constants must, and at 0 ONNX Runtime can't load what it wrote. */
    private static final int MIN_WEIGHTS_BYTES = 1024;

    private final Environment environment;

    public GraphOptimizer(Environment environment) {
        this.environment = environment;
    }

    /**
     * Writes {@code graph} and {@code weights} into a folder, and checks that a session opens over them.
     *
     * @param model an ONNX file; its external data is looked for beside it
     * @param targetDirectory an existing folder with neither file in it; at failure neither is left
     * @param prepack whether the weights are written in the form that this processor computes with: for
     *     {@link PackedWeights}, and only on processors with the same instruction set. Without, for
     *     {@link PlacedWeights}
     * @param level at most {@link OptimizationLevel#EXTENDED} if other processors are to run it
     * @param provider what will compute it
     * @throws OnnxRuntimeException if ONNX Runtime can't read the model or write the files, or wrote what it can't
     *     open, as on a full disk; the message names both paths
     * @throws IllegalArgumentException if the folder is not there or holds one of the files
     * @throws UncheckedIOException if the folder can't be worked with
     */
    public OptimizedGraph optimize(
            Path model, Path targetDirectory, boolean prepack, OptimizationLevel level, ExecutionProvider provider) {
        Path graph = targetDirectory.resolve(GRAPH);
        Path weights = targetDirectory.resolve(WEIGHTS);
        requireVacant(targetDirectory, graph, weights);
        try {
            rewrite(model, graph, prepack, level, provider);
            if (!Files.exists(weights)) {
                Files.createFile(weights);
            }
            return checked(graph, weights, prepack, provider);
        } catch (OnnxRuntimeException e) {
            remove(e, graph, weights);
            throw new OnnxRuntimeException("can't optimise " + model + " into " + targetDirectory, e);
        } catch (IOException e) {
            remove(e, graph, weights);
            throw new UncheckedIOException("can't optimise " + model + " into " + targetDirectory, e);
        } catch (RuntimeException e) {
            remove(e, graph, weights);
            throw e;
        }
    }

    private static void requireVacant(Path directory, Path graph, Path weights) {
        if (!Files.isDirectory(directory)) {
            throw new IllegalArgumentException(directory + " is no folder to write an optimised graph to");
        }
        for (Path file : new Path[] {graph, weights}) {
            if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                throw new IllegalArgumentException(
                        file + " is there already; an optimised graph needs an empty folder");
            }
        }
    }

    private void rewrite(Path model, Path graph, boolean prepack, OptimizationLevel level, ExecutionProvider provider) {
        try (SessionOptions options = options(prepack, provider)
                .optimizationLevel(level)
                .optimizedModelFile(graph)
                .configEntry("session.optimized_model_external_initializers_file_name", WEIGHTS)
                .configEntry(
                        "session.optimized_model_external_initializers_min_size_in_bytes",
                        Integer.toString(MIN_WEIGHTS_BYTES))) {
            if (prepack) {
                options.configEntry("session.save_external_prepacked_constant_initializers", "1");
            }
            Session.open(environment, options, model).close();
        }
    }

    /** ONNX Runtime does not notice every short write; a session over the files does. */
    private OptimizedGraph checked(Path graph, Path weights, boolean prepack, ExecutionProvider provider) {
        try (SessionOptions options = options(prepack, provider).optimizationLevel(OptimizationLevel.NONE);
                Session session = Session.open(environment, options, graph)) {
            return new OptimizedGraph(graph, weights, session.inputs(), session.outputs());
        }
    }

    private SessionOptions options(boolean prepack, ExecutionProvider provider) {
        SessionOptions options = SessionOptions.create(environment.runtime());
        try {
            return options.configEntry("session.disable_prepacking", prepack ? "0" : "1")
                    .provider(provider);
        } catch (RuntimeException e) {
            options.close();
            throw e;
        }
    }

    private static void remove(Exception cause, Path... files) {
        for (Path file : files) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                cause.addSuppressed(e);
            }
        }
    }
}
