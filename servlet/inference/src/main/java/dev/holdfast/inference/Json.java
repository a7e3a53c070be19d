package dev.holdfast.inference;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/** Parsers and generators of JSON (RFC 8259), in UTF-8 alone, within limits. Immutable. */
final class Json {
    private static final int LONGEST_NAME = 1024;

    private static final JsonFactory WRITING = JsonFactory.builder()
            .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .disable(StreamWriteFeature.AUTO_CLOSE_CONTENT)
            .disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
            .build();

    private final JsonFactory reading;

    Json(Limits limits) {
        this.reading = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(limits.jsonDepth())
                        .maxStringLength(limits.stringLength())
                        .maxNameLength(LONGEST_NAME)
                        .build())
                // Byte offsets, by which tensors are found again, exist for UTF-8 alone.
                .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
                // Property names come from clients, and must not stay in memory.
                .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
                .enable(StreamReadFeature.USE_FAST_BIG_NUMBER_PARSER)
                .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                .build();
    }

    /** A parser of a range of a body, which the caller closes. */
    JsonParser parser(Body body, long offset, long length) {
        return reading.createParser(ObjectReadContext.empty(), body.stream(offset, length));
    }

    /** A generator that neither closes nor flushes {@code out}. */
    static JsonGenerator generator(OutputStream out) {
        return WRITING.createGenerator(ObjectWriteContext.empty(), out);
    }

    /** A whole document. */
    static byte[] document(Consumer<JsonGenerator> content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator generator = generator(out)) {
            content.accept(generator);
        }
        return out.toByteArray();
    }

    /** What is wrong and where, in one line. */
    static RequestRefusedException refusal(JacksonException e) {
        String said = String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("not readable");
        String where = e.getLocation() == null
                ? ""
                : " (line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr() + ")";
        return new RequestRefusedException(400, "the JSON can't be read: " + said + where, e);
    }
}
