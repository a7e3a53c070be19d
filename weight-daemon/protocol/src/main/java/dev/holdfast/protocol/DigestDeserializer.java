package dev.holdfast.protocol;

import dev.holdfast.memory.ContentDigest;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.deser.std.StdDeserializer;

/** Reads a digest from a string of its digits. */
final class DigestDeserializer extends StdDeserializer<ContentDigest> {
    DigestDeserializer() {
        super(ContentDigest.class);
    }

    @Override
    public ContentDigest deserialize(JsonParser json, DeserializationContext context) {
        if (!json.hasToken(JsonToken.VALUE_STRING)) {
            return context.reportInputMismatch(ContentDigest.class, "a digest is a string");
        }
        try {
            return new ContentDigest(json.getString());
        } catch (IllegalArgumentException e) {
            return context.reportInputMismatch(ContentDigest.class, "%s", e.getMessage());
        }
    }
}
