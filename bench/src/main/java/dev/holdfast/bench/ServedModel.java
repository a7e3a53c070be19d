package dev.holdfast.bench;

import dev.holdfast.bench.http.RequestBody;
import dev.holdfast.bench.http.SampleBodies;
import dev.holdfast.daemon.sample.LinearSample;
import dev.holdfast.daemon.sample.MiniLmSample;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A sample model and the one request that it is asked again and again.
 *
 * @param name the model's name
 * @param label the request, in words
 * @param request with binary tensors
 * @param writer writes the model
 */
record ServedModel(String name, String label, RequestBody request, Writer writer) {
    /** Writes a model into a repository and returns its entry's directory. */
    interface Writer {
        Path writeTo(Path repository) throws IOException;
    }

    /**
     * {@code linear} or {@code minilm}.
     *
     * @param width inputs and outputs of the linear model
     * @param tokens of the one text of a request to MiniLM
     */
    static ServedModel named(String name, int width, int tokens) {
        return switch (name) {
            case LinearSample.DEFAULT_NAME -> linear(width);
            case MiniLmSample.NAME ->
                new ServedModel(
                        name,
                        "1x" + tokens + " tokens",
                        SampleBodies.miniLm(1, tokens, true),
                        repository -> new MiniLmSample().writeTo(repository, Optional.empty()));
            default ->
                throw new IllegalArgumentException("there is no sample model " + name + "; choose linear or minilm");
        };
    }

    static ServedModel linear(int width) {
        LinearSample sample = new LinearSample(LinearSample.DEFAULT_NAME, width, width, false);
        return new ServedModel(
                sample.name(), "1x" + width + " floats", SampleBodies.linear(width, true), sample::writeTo);
    }

    /** Writes the model unless it is there, and returns the file with its graph. */
    Path writeTo(Path repository) throws IOException {
        return writer.writeTo(repository).resolve("1").resolve("model.onnx");
    }
}
