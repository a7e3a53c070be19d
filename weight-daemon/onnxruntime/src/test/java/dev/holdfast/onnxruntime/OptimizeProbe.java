package dev.holdfast.onnxruntime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Optimises a model in a JVM of its own, from and into a folder of the given name. */
final class OptimizeProbe {
    private OptimizeProbe() {}

    public static void main(String[] arguments) throws IOException {
        Path target = Files.createDirectory(Path.of(arguments[1]).resolve(arguments[2]));
        Path model = Files.createLink(Path.of(arguments[1]).resolve(arguments[2] + ".onnx"), Path.of(arguments[0]));
        try (Environment environment = Environment.open(OnnxRuntime.load(), LogListener.NONE)) {
            OptimizedGraph result = new GraphOptimizer(environment)
                    .optimize(
                            model,
                            target,
                            !arguments[2].equals("sealed"),
                            OptimizationLevel.EXTENDED,
                            ExecutionProvider.CPU);
            System.out.println("weights=" + Files.size(result.weights()));
        }
    }
}
