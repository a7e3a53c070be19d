package dev.holdfast.daemon.onnx;

import dev.holdfast.daemon.onnx.OnnxGraph.Content;
import dev.holdfast.protocol.TensorType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Reads a model from memory and checks it as a loader would. */
public final class OnnxFuzzTarget {
    private static final int HEAD_BYTES = 512;

    private final Path nowhere = Path.of("nowhere").toAbsolutePath();
    private final List<byte[]> seeds = List.of(
            OnnxModelWriter.write(ModelZoo.biasGraph(4)).toByteArray(),
            OnnxModelWriter.write(ModelZoo.branchesGraph(new Content.Inline(ModelZoo.floats(1, 1))))
                    .toByteArray(),
            OnnxModelWriter.write(ModelZoo.identityGraph(TensorType.INT64)).toByteArray());

    /** One of a few well-formed models, in turn. */
    public byte[] seed(int index) {
        return seeds.get(index % seeds.size());
    }

    /** Whether the model is accepted; anything but acceptance and declared refusal is thrown. */
    public boolean reads(byte[] model) throws IOException {
        try {
            OnnxModel read = OnnxModelReader.read(
                    "model.onnx",
                    model.length,
                    Arrays.copyOf(model, Math.min(model.length, HEAD_BYTES)),
                    new ByteArrayInputStream(model));
            InitializerCheck.check(read);
            ExternalDataCheck.check(read, nowhere);
            return true;
        } catch (ModelSourceException refusal) {
            return false;
        }
    }
}
