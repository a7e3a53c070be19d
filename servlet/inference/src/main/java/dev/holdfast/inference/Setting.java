package dev.holdfast.inference;

import dev.holdfast.engine.SettingKey;

/** What can be configured of the servlet, beside its engine's {@link dev.holdfast.engine.EngineSetting}. */
public enum Setting implements SettingKey {
    /** Longest time from a request's head to the end of its answer, in milliseconds; 0 for no limit. Default: 120000. */
    REQUEST_TIMEOUT("holdfast.request.timeout"),
    /** Longest request body, in bytes, before and after decompression. Default: 67108864. */
    BODY_LIMIT("holdfast.limit.body"),
    /** Most inputs, and most outputs, that a request may name. Default: 64. */
    TENSOR_LIMIT("holdfast.limit.tensors"),
    /** Most dimensions of an input. Default: 16. */
    DIMENSION_LIMIT("holdfast.limit.dimensions"),
    /** Longest string: in JSON in characters, as a binary BYTES element in bytes. Default: 16777216. */
    STRING_LIMIT("holdfast.limit.string"),
    /** Deepest nesting of a request's JSON. Default: 32. */
    JSON_DEPTH_LIMIT("holdfast.limit.json.depth"),
    /** Whether the model repository extension answers: {@code on} or {@code off}. Default: off. */
    REPOSITORY("holdfast.repository"),
    /**
     * The role whose users may load and unload models, once {@link #REPOSITORY} is on; {@code *} lets anyone who reaches
     * the servlet. Default: {@code holdfast-admin}.
     */
    REPOSITORY_ROLE("holdfast.repository.role"),
    /** Whether {@code /metrics} answers beside {@code /v2}: {@code on} or {@code off}. Default: on. */
    METRICS("holdfast.metrics"),
    /**
     * What tells this server from others that share its port: the label {@code worker} of all its metrics, which the
     * arbiter sets to the worker's number. Default: no such label.
     */
    METRICS_WORKER("holdfast.metrics.worker");

    private final String key;

    Setting(String key) {
        this.key = key;
    }

    @Override
    public String key() {
        return key;
    }
}
