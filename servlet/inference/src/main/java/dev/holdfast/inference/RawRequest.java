package dev.holdfast.inference;

import dev.holdfast.engine.DataType;
import dev.holdfast.engine.ModelVersion;
import dev.holdfast.engine.Shape;
import dev.holdfast.engine.Strings;
import dev.holdfast.engine.Tensor;
import dev.holdfast.engine.TensorData;
import dev.holdfast.engine.TensorMetadata;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;

/**
 * A body that is one input's data and nothing else (binary tensor data extension, "Raw Binary Request"): its shape follows
 * from the model's declaration and the body's length, as a batch of one if the model batches. All outputs are wanted in
 * binary.
 */
final class RawRequest {
    private final ModelVersion version;
    private final Body body;

    RawRequest(ModelVersion version, Body body) {
        this.version = version;
        this.body = body;
    }

    /** @throws RequestRefusedException with 400 if the model does not qualify, or the length does not suit it */
    RequestDocument read() {
        if (version.inputs().size() != 1) {
            throw RequestRefusedException.malformed("a raw binary request suits models of one input, but '"
                    + version.model() + "' has " + version.inputs().size());
        }
        TensorMetadata input = version.inputs().get(0);
        long[] dimensions =
                input.shape().toList().stream().mapToLong(Long::longValue).toArray();
        if (version.config().maxBatchSize() > 0) {
            dimensions[0] = 1;
        }
        deduce(input, dimensions);
        Tensor tensor = new Tensor(input.name(), input.type(), Shape.of(dimensions), data(input));
        return new RequestDocument("", new Parameters(Map.of("binary_data_output", true)), List.of(tensor), List.of());
    }

    /** Puts a number in the place of the one dimension that the model leaves open. */
    private void deduce(TensorMetadata input, long[] dimensions) {
        long known = input.type() == DataType.BYTES ? 1 : input.type().elementBytes();
        int open = -1;
        for (int i = 0; i < dimensions.length; i++) {
            if (dimensions[i] >= 0) {
                known *= dimensions[i];
            } else if (open < 0) {
                open = i;
            } else {
                throw unsuitable(input, "more than one dimension is open");
            }
        }
        if (open >= 0) {
            dimensions[open] = input.type() == DataType.BYTES ? 1 : count(input, known);
        }
    }

    private long count(TensorMetadata input, long known) {
        if (known == 0 || body.sizeBytes() % known != 0) {
            throw unsuitable(input, "its data comes in multiples of " + known + " bytes, not " + body.sizeBytes());
        }
        return body.sizeBytes() / known;
    }

    private TensorData data(TensorMetadata input) {
        if (input.type() != DataType.BYTES) {
            return body.elements(0, body.sizeBytes());
        }
        try (InputStream in = body.stream(0, body.sizeBytes())) {
            return new Strings(List.of(in.readAllBytes()));
        } catch (IOException e) {
            throw new IllegalStateException("reading from memory failed", e);
        }
    }

    private static RequestRefusedException unsuitable(TensorMetadata input, String reason) {
        return RequestRefusedException.input(
                input.name(), "a raw binary request does not suit shape " + input.shape() + ": " + reason);
    }
}
