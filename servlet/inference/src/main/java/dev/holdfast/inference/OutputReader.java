package dev.holdfast.inference;

import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Reads one {@code $request_output} (Open Inference Protocol, "Request Output"). */
final class OutputReader {
    private OutputReader() {}

    /** Reads the object that the parser stands at; unknown properties are skipped. */
    static RequestedOutput read(JsonParser parser) {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw RequestRefusedException.malformed("each of \"outputs\" must be an object");
        }
        String name = "";
        Parameters parameters = Parameters.NONE;
        for (String property = parser.nextName(); property != null; property = parser.nextName()) {
            parser.nextToken();
            switch (property) {
                case "name" -> name = InputReader.text(parser, property);
                case "parameters" -> parameters = Parameters.read(parser);
                default -> parser.skipChildren();
            }
        }
        if (name.isEmpty()) {
            throw RequestRefusedException.malformed("an output has no \"name\"");
        }
        requireSupported(name, parameters);
        return new RequestedOutput(name, parameters.flag("binary_data"));
    }

    private static void requireSupported(String name, Parameters parameters) {
        if (parameters.has("shared_memory_region")) {
            throw RequestRefusedException.input(name, "shared memory is not supported; ask for \"binary_data\"");
        }
        if (parameters.has("classification")
                && parameters.number("classification").orElse(0) > 0) {
            throw RequestRefusedException.input(name, "the classification extension is not supported");
        }
    }
}
