package dev.holdfast.daemon.loader;

import dev.holdfast.protocol.ModelConfig;
import java.time.Duration;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a loader is to do; one line of JSON on its standard input. Paths are absolute.
 *
 * @param token random; proves to the holder whose loader this is
 * @param socket of the holder
 * @param model the model's name
 * @param version its version
 * @param modelFile the ONNX file
 * @param config the parsed {@code config.pbtxt}
 * @param placement where the arena is to be
 * @param workDirectory the loader's own; it holds the lock on it
 * @param cacheDirectory optimised forms of earlier loads
 * @param cacheLimitBytes how large the cache may grow before its least recently used entries go
 * @param readersGroup the group that may read what is made, if any
 * @param ownerPatience how long the owner of the version's memory waits for a holder when nobody has the version
 */
public record LoadJob(
        String token,
        String socket,
        String model,
        long version,
        String modelFile,
        ModelConfig config,
        Placement placement,
        String workDirectory,
        String cacheDirectory,
        long cacheLimitBytes,
        Optional<String> readersGroup,
        Duration ownerPatience) {
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
    public static LoadJob fromJson(String json) {
        try {
            return MAPPER.readValue(json, LoadJob.class);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("not a load job: " + e.getOriginalMessage(), e);
        }
    }
}
