package dev.holdfast.inference;

import dev.holdfast.engine.InferenceResponse;
import dev.holdfast.engine.Strings;
import dev.holdfast.engine.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * {@code $inference_response} (Open Inference Protocol, "Inference Response JSON Object"), written in steps so that an
 * answer of any size needs little memory. One thread.
 */
final class AnswerDocument {
    private final InferenceResponse response;
    private final Predicate<Tensor> binary;
    private final Optional<String> notice;
    private final List<Tensor> outputs;
    private boolean begun;
    private boolean ended;
    private int next;
    private @Nullable ElementWriter elements;

    /**
     * @param binary which outputs follow in binary
     * @param notice a remark for the client, if there is one
     */
    AnswerDocument(InferenceResponse response, Predicate<Tensor> binary, Optional<String> notice) {
        this.response = response;
        this.binary = binary;
        this.notice = notice;
        this.outputs = response.outputs();
    }

    /** @throws RequestRefusedException with 400 if an output that JSON is to hold has values that it can't */
    void check() {
        outputs.stream().filter(binary.negate()).forEach(output -> new ElementWriter(output).check());
    }

    /** Writes a little; false once all is written. */
    boolean step(JsonGenerator out) {
        if (!begun) {
            begin(out);
        } else if (elements != null) {
            continueElements(out, elements);
        } else if (next < outputs.size()) {
            beginOutput(out, outputs.get(next++));
        } else if (!ended) {
            out.writeEndArray();
            out.writeEndObject();
            ended = true;
        }
        return !ended;
    }

    private void begin(JsonGenerator out) {
        begun = true;
        out.writeStartObject();
        out.writeStringProperty("model_name", response.model());
        out.writeStringProperty("model_version", Long.toString(response.version()));
        if (!response.id().isEmpty()) {
            out.writeStringProperty("id", response.id());
        }
        out.writeObjectPropertyStart("parameters");
        out.writeNumberProperty("counter", response.counter());
        response.deviceCounter().ifPresent(value -> out.writeNumberProperty("device_counter", value));
        notice.ifPresent(text -> out.writeStringProperty("notice", text));
        out.writeEndObject();
        out.writeArrayPropertyStart("outputs");
    }

    private void beginOutput(JsonGenerator out, Tensor output) {
        out.writeStartObject();
        out.writeStringProperty("name", output.name());
        out.writeStringProperty("datatype", output.type().name());
        Documents.writeShape(out, "shape", output.shape().toList());
        if (binary.test(output)) {
            out.writeObjectPropertyStart("parameters");
            out.writeNumberProperty("binary_data_size", binaryBytes(output));
            out.writeEndObject();
            out.writeEndObject();
        } else {
            out.writeArrayPropertyStart("data");
            elements = new ElementWriter(output);
        }
    }

    private void continueElements(JsonGenerator out, ElementWriter current) {
        if (!current.writeSome(out)) {
            out.writeEndArray();
            out.writeEndObject();
            elements = null;
        }
    }

    /** Bytes of an output in binary. */
    static long binaryBytes(Tensor output) {
        return output.data() instanceof Strings strings
                ? BinaryStrings.sizeBytes(strings)
                : output.data().sizeBytes();
    }
}
