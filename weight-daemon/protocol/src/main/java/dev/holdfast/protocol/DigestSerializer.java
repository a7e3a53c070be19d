package dev.holdfast.protocol;

import dev.holdfast.memory.ContentDigest;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ser.std.StdSerializer;

/** Writes a digest as a string of its digits. */
final class DigestSerializer extends StdSerializer<ContentDigest> {
    DigestSerializer() {
        super(ContentDigest.class);
    }

    @Override
    public void serialize(ContentDigest digest, JsonGenerator json, SerializationContext context) {
        json.writeString(digest.hex());
    }
}
