package dev.holdfast.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.holdfast.memory.ContentDigest;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.type.LogicalType;

/**
 * How wire types become JSON and back: records by their components, sorted; empty optionals left out; enums by their
 * names; digests as their digits. Reading is strict about types and limits, and lenient about unknown fields.
 */
final class WireJson {
    private static final int DEEPEST_NESTING = 32;
    private static final int LONGEST_STRING = 1024 * 1024;
    private static final int LONGEST_NAME = 4096;
    private static final int LONGEST_NUMBER = 20;

    /** Immutable and safe for any thread. */
    static final JsonMapper MAPPER = build();

    private WireJson() {}

    private static JsonMapper build() {
        JsonMapper.Builder builder = JsonMapper.builder(JsonFactory.builder()
                        .streamReadConstraints(limits())
                        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                        .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                        .build())
                .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                .disable(MapperFeature.SORT_CREATOR_PROPERTIES_FIRST)
                .enable(MapperFeature.INFER_RECORD_GETTERS_FROM_COMPONENTS_ONLY)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
                .annotationIntrospector(new RequiredComponents())
                .changeDefaultPropertyInclusion(include -> include.withValueInclusion(JsonInclude.Include.NON_ABSENT))
                .addModule(digests());
        return strictStrings(builder).build();
    }

    private static StreamReadConstraints limits() {
        return StreamReadConstraints.builder()
                .maxNestingDepth(DEEPEST_NESTING)
                .maxStringLength(LONGEST_STRING)
                .maxNameLength(LONGEST_NAME)
                .maxNumberLength(LONGEST_NUMBER)
                .build();
    }

    private static JsonMapper.Builder strictStrings(JsonMapper.Builder builder) {
        return builder.withCoercionConfig(
                LogicalType.Textual, config -> config.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                        .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                        .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail));
    }

    private static SimpleModule digests() {
        return new SimpleModule("digests")
                .addSerializer(ContentDigest.class, new DigestSerializer())
                .addDeserializer(ContentDigest.class, new DigestDeserializer());
    }

    /** What is wrong, with the field's path, in one line without Java's type names. */
    static String describe(JacksonException e) {
        String path = e.getPath().stream()
                .map(step ->
                        step.getPropertyName() != null ? "." + step.getPropertyName() : "[" + step.getIndex() + "]")
                .collect(Collectors.joining());
        String field = path.isEmpty() ? "" : "field '" + path.replaceFirst("^\\.", "") + "': ";
        return field + cause(e);
    }

    private static String cause(JacksonException e) {
        Throwable cause = e.getCause();
        String said = cause instanceof IllegalArgumentException ? cause.getMessage() : e.getOriginalMessage();
        return String.valueOf(said).lines().findFirst().orElse("not readable");
    }
}
