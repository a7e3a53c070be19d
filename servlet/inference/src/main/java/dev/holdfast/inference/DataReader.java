package dev.holdfast.inference;

import dev.holdfast.engine.DataType;
import dev.holdfast.engine.Shape;
import dev.holdfast.engine.TensorData;
import dev.holdfast.engine.TensorWriter;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads {@code $tensor_data} (Open Inference Protocol, "Tensor Data"): elements in row-major order, as one flat array or
 * in arrays nested as the shape is. Numbers go straight into the buffer of their type. One use, one thread.
 */
final class DataReader {
    private final String name;
    private final Shape shape;
    private final long expected;
    private final boolean floating;
    private final TensorWriter writer;

    /** @throws RequestRefusedException with 400 if the shape has more than 2^63 - 1 elements */
    DataReader(String name, DataType type, Shape shape) {
        this.name = name;
        this.shape = shape;
        this.expected = elementCount(name, shape);
        this.floating = type.name().contains("F");
        this.writer = new TensorWriter(name, type, expected);
    }

    static long elementCount(String name, Shape shape) {
        try {
            return shape.elementCount();
        } catch (ArithmeticException e) {
            throw new RequestRefusedException(
                    400, "tensor '" + name + "': shape " + shape + " has more than 2^63 - 1 elements", e);
        }
    }

    /**
     * Reads the array that the parser stands at.
     *
     * @throws RequestRefusedException with 400 if its structure is not that of the shape, or an element is no value
     * @throws dev.holdfast.engine.InvalidTensorException if an element is not one of the type's
     */
    TensorData read(JsonParser parser) {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw RequestRefusedException.input(name, "\"data\" must be an array");
        }
        if (parser.nextToken() == JsonToken.START_ARRAY) {
            readNested(parser, 0);
        } else {
            readFlat(parser);
        }
        return writer.finish();
    }

    private void readFlat(JsonParser parser) {
        while (parser.currentToken() != JsonToken.END_ARRAY) {
            readElement(parser);
            parser.nextToken();
        }
        if (writer.count() != expected) {
            throw RequestRefusedException.input(
                    name, "expected " + expected + " elements for shape " + shape + ", received " + writer.count());
        }
    }

    /** Reads the rest of an array whose first token the parser stands at; as deep as the JSON depth limit at most. */
    private void readNested(JsonParser parser, int level) {
        long count = 0;
        boolean innermost = level == shape.rank() - 1;
        for (; parser.currentToken() != JsonToken.END_ARRAY; parser.nextToken()) {
            if (innermost) {
                readElement(parser);
            } else {
                requireArray(parser);
                parser.nextToken();
                readNested(parser, level + 1);
            }
            count++;
        }
        if (level >= shape.rank() || count != shape.dimension(level)) {
            throw structure("an array of " + count + " at depth " + (level + 1));
        }
    }

    private void requireArray(JsonParser parser) {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw structure("values in place of arrays");
        }
    }

    private RequestRefusedException structure(String received) {
        return RequestRefusedException.input(
                name, "expected a flat array or arrays nested as shape " + shape + ", received " + received);
    }

    private void readElement(JsonParser parser) {
        switch (parser.currentToken()) {
            case VALUE_NUMBER_INT -> readWhole(parser);
            case VALUE_NUMBER_FLOAT -> readFraction(parser);
            case VALUE_TRUE -> writer.put(true);
            case VALUE_FALSE -> writer.put(false);
            case VALUE_STRING -> writer.put(Utf8.encode(name, parser.getString()));
            case START_ARRAY -> throw structure("arrays of uneven depth");
            default ->
                throw RequestRefusedException.input(
                        name, "elements must be numbers, strings, true or false, not " + parser.currentToken());
        }
    }

    private void readWhole(JsonParser parser) {
        if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
            writer.put(parser.getBigIntegerValue());
        } else {
            writer.put(parser.getLongValue());
        }
    }

    private void readFraction(JsonParser parser) {
        double value = parser.getDoubleValue();
        boolean exact = floating || Math.abs(value) < 0x1p53;
        if (Double.isInfinite(value) || !exact) {
            throw RequestRefusedException.input(name, "the number " + parser.getString() + " is out of range");
        }
        writer.put(value);
    }
}
