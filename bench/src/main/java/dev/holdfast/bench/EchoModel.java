package dev.holdfast.bench;

import dev.holdfast.daemon.onnx.OnnxGraph;
import dev.holdfast.daemon.onnx.OnnxModelWriter;
import dev.holdfast.protocol.TensorDeclaration;
import dev.holdfast.protocol.TensorType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A model that answers what it is asked, y = x, so that next to nothing of a request's time is its own.
 *
 * @param name the model's name
 * @param width FP32 elements in a row
 */
record EchoModel(String name, int width) {
    void writeTo(Path repository) throws IOException {
        Path entry = repository.resolve(name);
        Files.createDirectories(entry.resolve("1"));
        Files.write(
                entry.resolve("1/model.onnx"), OnnxModelWriter.write(graph()).toByteArray());
        Files.writeString(
                entry.resolve("config.pbtxt"), "name: \"" + name + "\" max_batch_size: 8 dynamic_batching { }\n");
    }

    private OnnxGraph graph() {
        List<Long> shape = List.of(-1L, (long) width);
        return new OnnxGraph(
                "echo",
                List.of(new OnnxGraph.Node("echo", "Identity", List.of("x"), List.of("y"), List.of())),
                List.of(new TensorDeclaration("x", TensorType.FLOAT, shape)),
                List.of(new TensorDeclaration("y", TensorType.FLOAT, shape)),
                List.of());
    }
}
