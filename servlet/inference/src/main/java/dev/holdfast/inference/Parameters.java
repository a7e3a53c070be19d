package dev.holdfast.inference;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * A {@code parameters} object (Open Inference Protocol, "Parameters"): strings, numbers and truth values by name. Null is
 * as good as absent; of an array or object only its bracket is kept, so that whoever asks for it refuses it.
 */
record Parameters(Map<String, Object> values) {
    static final Parameters NONE = new Parameters(Map.of());

    private static final int MOST = 256;

    Parameters {
        values = Map.copyOf(values);
    }

    /**
     * Reads the object that the parser stands at; null for none.
     *
     * @throws RequestRefusedException with 400 if it is no object or has too many members
     */
    static Parameters read(JsonParser parser) {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return NONE;
        }
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw RequestRefusedException.malformed("\"parameters\" must be an object");
        }
        return readMembers(parser, "");
    }

    /** Reads the members of the object that the parser stands at, and with them those of the one it has of that name. */
    static Parameters readWithNested(JsonParser parser, String nested) {
        return readMembers(parser, nested);
    }

    private static Parameters readMembers(JsonParser parser, String nested) {
        Map<String, Object> values = new HashMap<>();
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            if (values.size() >= MOST) {
                throw RequestRefusedException.malformed("\"parameters\" has more than " + MOST + " members");
            }
            parser.nextToken();
            if (!nested.isEmpty() && name.equals(nested)) {
                values.putAll(read(parser).values());
            } else {
                put(values, name, parser);
            }
        }
        return new Parameters(values);
    }

    private static void put(Map<String, Object> values, String name, JsonParser parser) {
        switch (parser.currentToken()) {
            case VALUE_STRING -> values.put(name, parser.getString());
            case VALUE_TRUE -> values.put(name, true);
            case VALUE_FALSE -> values.put(name, false);
            case VALUE_NUMBER_INT ->
                values.put(
                        name,
                        parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                                ? parser.getBigIntegerValue()
                                : (Object) parser.getLongValue());
            case VALUE_NUMBER_FLOAT -> values.put(name, parser.getDoubleValue());
            case START_ARRAY, START_OBJECT -> {
                values.put(name, parser.getString());
                parser.skipChildren();
            }
            default -> {}
        }
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    /** @throws RequestRefusedException with 400 if it is not true or false */
    Optional<Boolean> flag(String name) {
        Object value = values.get(name);
        if (value == null || value instanceof Boolean) {
            return Optional.ofNullable((Boolean) value);
        }
        throw RequestRefusedException.malformed("parameter \"" + name + "\" must be true or false, but is " + value);
    }

    /** Names that begin so. */
    List<String> startingWith(String prefix) {
        return values.keySet().stream()
                .filter(name -> name.startsWith(prefix))
                .sorted()
                .toList();
    }

    /**
     * Clients write 64-bit numbers without sign, so what exceeds 2^63 - 1 counts as that.
     *
     * @throws RequestRefusedException with 400 if it is not a whole number of 0 or more
     */
    OptionalLong number(String name) {
        Object value = values.get(name);
        if (value == null) {
            return OptionalLong.empty();
        }
        if (value instanceof Long number && number >= 0) {
            return OptionalLong.of(number);
        }
        if (value instanceof BigInteger number && number.signum() > 0) {
            return OptionalLong.of(Long.MAX_VALUE);
        }
        throw RequestRefusedException.malformed(
                "parameter \"" + name + "\" must be a whole number of 0 or more, but is " + value);
    }
}
