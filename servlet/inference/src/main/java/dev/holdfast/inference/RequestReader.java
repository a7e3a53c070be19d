package dev.holdfast.inference;

import dev.holdfast.engine.DataType;
import dev.holdfast.engine.Tensor;
import dev.holdfast.engine.TensorData;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads inference requests: {@code $inference_request} (Open Inference Protocol, "Inference Request JSON Object"), and
 * behind it, if the request says so, the inputs' binary data in their order (Triton's binary tensor data extension). The
 * JSON is parsed as a stream, never held as a tree; binary data is not copied. Any thread.
 */
final class RequestReader {
    private final Json json;
    private final Limits limits;

    RequestReader(Limits limits) {
        this.json = new Json(limits);
        this.limits = limits;
    }

    /**
     * Reads a body.
     *
     * @param jsonBytes length of the JSON object, if the {@code Inference-Header-Content-Length} header gives it
     * @throws RequestRefusedException with 400 if the body is not what the protocol says
     * @throws dev.holdfast.engine.InvalidTensorException if an element is not one of its type's
     */
    RequestDocument read(Body body, OptionalLong jsonBytes) {
        long length = jsonBytes.orElse(body.sizeBytes());
        if (length > body.sizeBytes()) {
            throw RequestRefusedException.malformed(
                    Headers.JSON_LENGTH + " is " + length + ", but the body has " + body.sizeBytes() + " bytes");
        }
        if (length == 0) {
            throw RequestRefusedException.malformed("the body has no JSON object");
        }
        if (!body.isUtf8(length)) {
            throw RequestRefusedException.malformed("the JSON is not UTF-8; what is no text goes in binary");
        }
        try (JsonParser parser = json.parser(body, 0, length)) {
            return new Reading(parser, body, length).read();
        } catch (JacksonException e) {
            throw Json.refusal(e);
        }
    }

    /** One body being read. */
    private final class Reading {
        private final JsonParser parser;
        private final Body body;
        private final InputReader inputReader;
        private final List<InputDraft> inputs = new ArrayList<>();
        private final List<RequestedOutput> outputs = new ArrayList<>();
        private Parameters parameters = Parameters.NONE;
        private String id = "";
        private long offset;

        Reading(JsonParser parser, Body body, long jsonBytes) {
            this.parser = parser;
            this.body = body;
            this.inputReader = new InputReader(json, limits, body, jsonBytes);
            this.offset = jsonBytes;
        }

        RequestDocument read() {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw RequestRefusedException.malformed("the body must be a JSON object");
            }
            for (String property = parser.nextName(); property != null; property = parser.nextName()) {
                parser.nextToken();
                readProperty(property);
            }
            if (parser.nextToken() != null) {
                throw RequestRefusedException.malformed(
                        "something follows the JSON object; binary data needs the " + Headers.JSON_LENGTH + " header");
            }
            return finish();
        }

        private void readProperty(String property) {
            if (parser.currentToken() == JsonToken.VALUE_NULL) {
                return;
            }
            switch (property) {
                case "id" -> id = InputReader.text(parser, property);
                case "parameters" -> parameters = Parameters.read(parser);
                case "inputs" -> readArray(property, () -> inputs.add(inputReader.read(parser)));
                case "outputs" -> readArray(property, () -> outputs.add(OutputReader.read(parser)));
                default -> parser.skipChildren();
            }
        }

        private void readArray(String property, Runnable element) {
            if (parser.currentToken() != JsonToken.START_ARRAY) {
                throw RequestRefusedException.malformed("\"" + property + "\" must be an array");
            }
            for (int count = 0; parser.nextToken() != JsonToken.END_ARRAY; count++) {
                if (count == limits.tensors()) {
                    throw RequestRefusedException.malformed(
                            "\"" + property + "\" has more than " + limits.tensors() + " members");
                }
                element.run();
            }
        }

        private RequestDocument finish() {
            if (inputs.isEmpty()) {
                throw RequestRefusedException.malformed("the request has no \"inputs\"");
            }
            List<Tensor> tensors = new ArrayList<>(inputs.size());
            for (InputDraft input : inputs) {
                OptionalLong binary = input.binaryBytes();
                if (binary.isPresent()) {
                    input.data(binaryData(input, binary.getAsLong()));
                }
                tensors.add(input.finish());
            }
            if (offset != body.sizeBytes()) {
                throw RequestRefusedException.malformed((body.sizeBytes() - offset)
                        + " bytes of the body belong to no input; see \"binary_data_size\"");
            }
            return new RequestDocument(id, parameters, tensors, outputs);
        }

        private TensorData binaryData(InputDraft input, long sizeBytes) {
            if (sizeBytes > body.sizeBytes() - offset) {
                throw RequestRefusedException.input(
                        input.name(),
                        "\"binary_data_size\" announces " + sizeBytes + " bytes, but " + (body.sizeBytes() - offset)
                                + " are left of the body");
            }
            long start = offset;
            offset += sizeBytes;
            if (input.type() != DataType.BYTES) {
                return body.elements(start, sizeBytes);
            }
            return BinaryStrings.read(
                    input.name(),
                    body.stream(start, sizeBytes),
                    DataReader.elementCount(input.name(), input.shape()),
                    limits.stringLength());
        }
    }
}
