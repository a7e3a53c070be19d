package dev.holdfast.inference;

import java.util.Locale;

/**
 * What can be configured. One key everywhere: as a system property, as an environment variable (upper case, with
 * underscores, such as {@code HOLDFAST_SOCKET}), and as a context parameter of the web application. The first of these
 * that is set counts, so that whoever runs a container can overrule what an application brings along.
 */
public enum Setting {
    /** The holder's socket. Default: {@link dev.holdfast.protocol.SocketPath#byDefault()}. */
    SOCKET("holdfast.socket"),
    /** Names of the models to serve, separated by commas. Default: all that the holder has published. */
    MODELS("holdfast.models"),
    /** Longest time to connect to the holder, in milliseconds. Default: 5000. */
    CONNECT_TIMEOUT("holdfast.connect.timeout"),
    /** Most requests that wait for a version whose {@code config.pbtxt} sets no {@code max_queue_size}. Default: 1024. */
    QUEUE_LIMIT("holdfast.queue.limit"),
    /** Threads that share one operator's work; 0 for ONNX Runtime's choice. Default: 0. */
    INTRA_OP_THREADS("holdfast.intraop.threads"),
    /** How long requests under way may finish when the web application stops, in milliseconds. Default: 30000. */
    DRAIN_LIMIT("holdfast.drain.limit"),
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
    REPOSITORY_ROLE("holdfast.repository.role");

    private final String key;

    Setting(String key) {
        this.key = key;
    }

    /** The name as a system property and as a context parameter. */
    public String key() {
        return key;
    }

    /** The name as an environment variable. */
    public String variable() {
        return key.toUpperCase(Locale.ROOT).replace('.', '_');
    }
}
