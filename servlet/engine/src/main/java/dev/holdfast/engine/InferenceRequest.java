package dev.holdfast.engine;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What one inference is asked for. Made by {@link #of} and the {@code with} methods.
 *
 * @param id the caller's own mark, repeated in the response; empty for none
 * @param version which version; empty for the active one
 * @param inputs every input that the model declares, in any order
 * @param outputs names of the outputs to answer, in that order; empty for all
 * @param timeout longest time from now to the answer; zero for the model's own limit
 * @param cancellation how the caller may give it up, if at all
 */
public record InferenceRequest(
        String id,
        OptionalLong version,
        List<Tensor> inputs,
        List<String> outputs,
        Duration timeout,
        Optional<Cancellation> cancellation) {
    /** @throws IllegalArgumentException if the timeout is negative */
    public InferenceRequest {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        if (timeout.isNegative()) {
            throw new IllegalArgumentException("a timeout can't be negative, but is " + timeout);
        }
    }

    /** All outputs of the active version, within the model's own time limit. */
    public static InferenceRequest of(List<Tensor> inputs) {
        return new InferenceRequest("", OptionalLong.empty(), inputs, List.of(), Duration.ZERO, Optional.empty());
    }

    /** All outputs of the active version, within the model's own time limit. */
    public static InferenceRequest of(Tensor... inputs) {
        return of(List.of(inputs));
    }

    /** The same for one version. */
    public InferenceRequest withVersion(long number) {
        return new InferenceRequest(id, OptionalLong.of(number), inputs, outputs, timeout, cancellation);
    }

    /** The same under a mark of the caller's. */
    public InferenceRequest withId(String mark) {
        return new InferenceRequest(mark, version, inputs, outputs, timeout, cancellation);
    }

    /** The same for these outputs alone. */
    public InferenceRequest withOutputs(List<String> names) {
        return new InferenceRequest(id, version, inputs, names, timeout, cancellation);
    }

    /** The same with a time limit. */
    public InferenceRequest withTimeout(Duration limit) {
        return new InferenceRequest(id, version, inputs, outputs, limit, cancellation);
    }

    /** The same, to be given up through {@code hook}. */
    public InferenceRequest withCancellation(Cancellation hook) {
        return new InferenceRequest(id, version, inputs, outputs, timeout, Optional.of(hook));
    }
}
