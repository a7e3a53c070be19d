package dev.holdfast.daemon.onnx;

import dev.holdfast.protocol.TensorDeclaration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What an ONNX file says of itself, without its weights.
 *
 * @param irVersion {@code ModelProto.ir_version}
 * @param producer name and version of what wrote it; may be empty
 * @param opsets version of each operator set it imports, by domain; the default domain is the empty string
 * @param inputs what a request must give, in the graph's order; inputs that only name an initializer are left out. A
 *     value whose shape the file does not state has an empty one, as in ONNX Runtime
 * @param outputs what the graph answers, in its order
 * @param initializers those of the main graph, in the file's order
 * @param nested tensors below the main graph: in attributes, subgraphs, functions and sparse initializers
 */
public record OnnxModel(
        long irVersion,
        String producer,
        Map<String, Long> opsets,
        List<TensorDeclaration> inputs,
        List<TensorDeclaration> outputs,
        List<OnnxTensor> initializers,
        List<OnnxTensor> nested) {
    public OnnxModel {
        opsets = Map.copyOf(opsets);
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        initializers = List.copyOf(initializers);
        nested = List.copyOf(nested);
    }

    /** All tensors whose values lie in files beside the model. */
    Stream<OnnxTensor> externalTensors() {
        return Stream.concat(initializers.stream(), nested.stream())
                .filter(tensor -> tensor.location() instanceof TensorLocation.External);
    }
}
