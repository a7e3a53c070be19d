package dev.holdfast.arbiter;

import tools.jackson.databind.json.JsonMapper;

/** {@link ArbiterStatus} as JSON and back. */
final class StatusJson {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private StatusJson() {}

    static String write(ArbiterStatus status) {
        return MAPPER.writeValueAsString(status);
    }

    static ArbiterStatus read(String json) {
        return MAPPER.readValue(json, ArbiterStatus.class);
    }
}
