package dev.holdfast.daemon.sample;

import com.google.protobuf.ByteString;
import com.google.protobuf.TextFormat;
import dev.holdfast.daemon.onnx.OnnxGraph;
import dev.holdfast.daemon.onnx.OnnxGraph.Attribute;
import dev.holdfast.daemon.onnx.OnnxGraph.Content;
import dev.holdfast.daemon.onnx.OnnxGraph.Initializer;
import dev.holdfast.daemon.onnx.OnnxGraph.Node;
import dev.holdfast.daemon.onnx.OnnxModelWriter;
import dev.holdfast.protocol.ModelName;
import dev.holdfast.protocol.TensorDeclaration;
import dev.holdfast.protocol.TensorType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A linear layer {@code y = x W^T + b} of any size, as {@code torch.nn.Linear} has it: input {@code x} FP32 [batch, K],
 * W FP32 [N, K] and b FP32 [N] as external data, output {@code y} FP32 [batch, N], or [batch, 1] with the outputs
 * summed. Weights are pseudo-random in [-1/sqrt(K), 1/sqrt(K)) and the same wherever they are written.
 *
 * @param name the model's name
 * @param inputs K
 * @param outputs N
 * @param sum whether the outputs are summed to one number a row
 */
public record LinearSample(String name, long inputs, long outputs, boolean sum) {
    /** The model's name unless another is asked for. */
    public static final String DEFAULT_NAME = "linear";

    private static final String DATA_FILE = "model.onnx.data";
    private static final int MAX_BATCH_SIZE = 64;

    /** @throws SampleException if the name can't be a model's, or the sizes are not positive or exceed 2^63 - 1 bytes */
    public LinearSample {
        if (inputs < 1 || outputs < 1) {
            throw new SampleException(
                    "a linear layer needs 1 or more inputs and outputs, not " + inputs + " and " + outputs);
        }
        try {
            ModelName.check(name);
            new LinearWeights(DATA_FILE, inputs, outputs).sizeBytes();
        } catch (IllegalArgumentException notAName) {
            throw new SampleException(notAName.getMessage() + "; choose another name", notAName);
        } catch (ArithmeticException tooLarge) {
            throw new SampleException(
                    "a linear layer of " + inputs + " inputs and " + outputs + " outputs has too many bytes to count",
                    tooLarge);
        }
    }

    /** The weight from input {@code column} (0 to K - 1) to output {@code row} (0 to N - 1). */
    public float weight(long row, long column) {
        return weights().weight(row, column);
    }

    /** The bias of output {@code row} (0 to N - 1). */
    public float bias(long row) {
        return weights().bias(row);
    }

    /** Bytes of W and b together. */
    public long weightBytes() {
        return weights().sizeBytes();
    }

    /**
     * Writes the sample as an entry of a model repository; if the same entry is there, nothing happens.
     *
     * @param repository created if it is not there
     * @return the entry's directory
     * @throws SampleException if something else has that name
     * @throws IOException if it can't be written; nothing is left behind
     */
    public Path writeTo(Path repository) throws IOException {
        return new SampleEntry(
                        name,
                        List.of(
                                SampleFile.OfBytes.text("config.pbtxt", config()),
                                new SampleFile.OfBytes("1/model.onnx", OnnxModelWriter.write(graph())),
                                weights()))
                .writeTo(repository);
    }

    private LinearWeights weights() {
        return new LinearWeights("1/" + DATA_FILE, inputs, outputs);
    }

    private String config() {
        return """
                # y = x W^T + b, with W of %2$d x %3$d%5$s; written by "holdfast sample linear".
                name: "%1$s"
                backend: "onnxruntime"
                max_batch_size: %6$d
                input { name: "x" data_type: TYPE_FP32 dims: %3$d }
                output { name: "y" data_type: TYPE_FP32 dims: %4$d }
                dynamic_batching { }
                """.formatted(
                        TextFormat.escapeBytes(ByteString.copyFromUtf8(name)),
                        outputs,
                        inputs,
                        outputWidth(),
                        sum ? ", summed over its outputs" : "",
                        MAX_BATCH_SIZE);
    }

    private long outputWidth() {
        return sum ? 1 : outputs;
    }

    private OnnxGraph graph() {
        List<Node> nodes = new ArrayList<>();
        List<Initializer> initializers = new ArrayList<>(List.of(
                floats("W", List.of(outputs, inputs), 0, weights().matrixBytes()),
                floats("b", List.of(outputs), weights().matrixBytes(), weights().biasBytes())));
        List<Attribute> transposed = List.of(new Attribute.OfInt("transB", 1));
        nodes.add(new Node("linear", "Gemm", List.of("x", "W", "b"), List.of(sum ? "z" : "y"), transposed));
        if (sum) {
            nodes.add(new Node("sum", "ReduceSum", List.of("z", "axes"), List.of("y"), List.of()));
            initializers.add(lastAxis());
        }
        return new OnnxGraph(
                "linear",
                nodes,
                List.of(new TensorDeclaration("x", TensorType.FLOAT, List.of(-1L, inputs))),
                List.of(new TensorDeclaration("y", TensorType.FLOAT, List.of(-1L, outputWidth()))),
                initializers);
    }

    private static Initializer floats(String name, List<Long> shape, long offset, long length) {
        return new Initializer(name, TensorType.FLOAT, shape, new Content.External(DATA_FILE, offset, length));
    }

    private static Initializer lastAxis() {
        ByteBuffer axes =
                ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(0, 1);
        return new Initializer("axes", TensorType.INT64, List.of(1L), new Content.Inline(ByteString.copyFrom(axes)));
    }
}
