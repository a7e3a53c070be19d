package dev.holdfast.inference;

import dev.holdfast.engine.DataType;
import dev.holdfast.engine.Shape;
import dev.holdfast.engine.TensorData;
import java.util.Arrays;
import java.util.stream.Collectors;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads one {@code $request_input} (Open Inference Protocol, "Request Input"). Data that comes after name, datatype and
 * shape is read as it passes; data that comes before is skipped, and read from its offset once the object has ended.
 */
final class InputReader {
    private final Json json;
    private final Limits limits;
    private final Body body;
    private final long jsonBytes;

    InputReader(Json json, Limits limits, Body body, long jsonBytes) {
        this.json = json;
        this.limits = limits;
        this.body = body;
        this.jsonBytes = jsonBytes;
    }

    /** Reads the object that the parser stands at; unknown properties are skipped. */
    InputDraft read(JsonParser parser) {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw RequestRefusedException.malformed("each of \"inputs\" must be an object");
        }
        InputDraft draft = new InputDraft();
        for (String property = parser.nextName(); property != null; property = parser.nextName()) {
            parser.nextToken();
            readProperty(property, parser, draft);
        }
        if (draft.dataToRead().isPresent()) {
            draft.data(readAgain(draft, draft.dataToRead().getAsLong()));
        }
        return draft;
    }

    private void readProperty(String property, JsonParser parser, InputDraft draft) {
        switch (property) {
            case "name" -> draft.name(text(parser, property));
            case "datatype" -> draft.type(type(text(parser, property)));
            case "shape" -> draft.shape(shape(parser));
            case "parameters" -> draft.parameters(Parameters.read(parser));
            case "data" -> readData(parser, draft);
            default -> parser.skipChildren();
        }
    }

    private void readData(JsonParser parser, InputDraft draft) {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return;
        }
        draft.dataOffset(parser.currentTokenLocation().getByteOffset());
        if (draft.knowsHowToRead()) {
            draft.data(new DataReader(draft.name(), draft.type(), draft.shape()).read(parser));
        } else {
            parser.skipChildren();
        }
    }

    private TensorData readAgain(InputDraft draft, long offset) {
        try (JsonParser parser = json.parser(body, offset, jsonBytes - offset)) {
            parser.nextToken();
            return new DataReader(draft.name(), draft.type(), draft.shape()).read(parser);
        }
    }

    static String text(JsonParser parser, String property) {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw RequestRefusedException.malformed("\"" + property + "\" must be a string");
        }
        return parser.getString();
    }

    private static DataType type(String name) {
        return DataType.named(name)
                .orElseThrow(() -> RequestRefusedException.malformed("datatype '" + name + "' is none of "
                        + Arrays.stream(DataType.values()).map(Enum::name).collect(Collectors.joining(", "))));
    }

    private Shape shape(JsonParser parser) {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw RequestRefusedException.malformed("\"shape\" must be an array of whole numbers");
        }
        long[] dimensions = new long[limits.dimensions()];
        int rank = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (rank == dimensions.length) {
                throw RequestRefusedException.malformed("\"shape\" has more than " + dimensions.length + " dimensions");
            }
            dimensions[rank++] = dimension(parser);
        }
        return Shape.of(Arrays.copyOf(dimensions, rank));
    }

    private static long dimension(JsonParser parser) {
        if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT
                || parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                || parser.getLongValue() < 0) {
            throw RequestRefusedException.malformed("\"shape\" must be whole numbers from 0 to 2^63 - 1");
        }
        return parser.getLongValue();
    }
}
