package dev.holdfast.engine;

/** What can be configured of an engine; {@link EngineConfig#of} reads it. */
public enum EngineSetting implements SettingKey {
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
    /** How long requests under way may finish when the engine closes, in milliseconds. Default: 30000. */
    DRAIN_LIMIT("holdfast.drain.limit"),
    /**
     * Whether matrix products on CUDA devices may round their operands to TF32, faster and with a relative error up to
     * about 1e-3: {@code on} or {@code off}. Default: off.
     */
    CUDA_TF32("holdfast.cuda.tf32"),
    /**
     * Most device memory that one version's computation may take in this process, in bytes, besides the shared weights;
     * 0 for no limit. Default: 0.
     */
    CUDA_MEMORY_LIMIT("holdfast.cuda.memory.limit");

    private final String key;

    EngineSetting(String key) {
        this.key = key;
    }

    @Override
    public String key() {
        return key;
    }
}
