package dev.holdfast.engine;

import java.util.List;
import java.util.OptionalLong;

/**
 * What one inference answered. Everything in it is on the Java heap and the caller's; there is nothing to close.
 *
 * @param model the model's name
 * @param version the version that computed it
 * @param id the request's own mark; empty for none
 * @param outputs those asked for, in that order; their data is {@link Elements} or {@link Strings}
 * @param counter the model's shared counter, as this request left it: 1, 2, 3, ... across all workers of the machine
 * @param deviceCounter which of the requests that the version's device was given this was: 1, 2, 3, ... across all workers of
 *     the machine, those given up or failed once the device had them included; empty for versions without such a counter
 */
public record InferenceResponse(
        String model, long version, String id, List<Tensor> outputs, long counter, OptionalLong deviceCounter) {
    public InferenceResponse {
        outputs = List.copyOf(outputs);
    }

    /**
     * The output of that name.
     *
     * @throws IllegalArgumentException if it was not asked for
     */
    public Tensor output(String name) {
        for (Tensor output : outputs) {
            if (output.name().equals(name)) {
                return output;
            }
        }
        throw new IllegalArgumentException("no output '" + name + "' was asked for, only "
                + outputs.stream().map(Tensor::name).toList());
    }
}
