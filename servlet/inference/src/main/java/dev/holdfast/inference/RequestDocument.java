package dev.holdfast.inference;

import dev.holdfast.engine.Tensor;
import java.util.List;

/**
 * An inference request's JSON object, with the tensors that came in it or behind it.
 *
 * @param id the client's mark; empty for none
 * @param parameters of the whole request
 * @param inputs every input, with its data
 * @param outputs those named; empty for all
 */
record RequestDocument(String id, Parameters parameters, List<Tensor> inputs, List<RequestedOutput> outputs) {
    private static final String ALL_BINARY = "binary_data_output";

    /** @throws RequestRefusedException with 400 if {@code binary_data_output} is neither true nor false */
    RequestDocument {
        parameters.flag(ALL_BINARY);
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    /** Whether an output is wanted in binary (binary tensor data extension: {@code binary_data_output}). */
    boolean binary(String output) {
        for (RequestedOutput requested : outputs) {
            if (requested.name().equals(output) && requested.binary().isPresent()) {
                return requested.binary().get();
            }
        }
        return parameters.flag(ALL_BINARY).orElse(false);
    }
}
