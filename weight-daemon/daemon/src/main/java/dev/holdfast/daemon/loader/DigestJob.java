package dev.holdfast.daemon.loader;

import dev.holdfast.memory.ArenaKind;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * An arena that a child is to digest for the holder, which can't map it; one line of JSON on its standard input.
 *
 * @param token random; proves to the holder whose child this is
 * @param socket of the holder, which gives the arena's descriptor
 * @param kind where the bytes live
 * @param device the device's UUID, or {@code "cpu"}
 * @param sizeBytes the arena's exact length
 * @param handle what an arena is opened by that another process owns
 */
public record DigestJob(
        String token, String socket, ArenaKind kind, String device, long sizeBytes, Optional<String> handle) {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    /** This job as one line, without a line feed. */
    public String toJson() {
        return MAPPER.writeValueAsString(this);
    }

    /**
     * Reads a job back.
     *
     * @throws IllegalArgumentException if that is no job
     */
    public static DigestJob fromJson(String json) {
        try {
            return MAPPER.readValue(json, DigestJob.class);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("not a digest job: " + e.getOriginalMessage(), e);
        }
    }
}
