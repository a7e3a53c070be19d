package dev.holdfast.engine;

import dev.holdfast.protocol.SocketPath;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How an engine runs. {@link #defaults()} and the {@code with} methods make one.
 *
 * @param socket the holder's socket
 * @param models names of the models to serve; empty for all that the holder has published
 * @param connectTimeout longest time that connecting to the holder may take
 * @param shortestBackoff first pause before another attempt to reach the holder; doubles from there, with jitter
 * @param longestBackoff longest pause between attempts
 * @param queueLimit most requests that wait for one version where its {@code config.pbtxt} sets no max_queue_size
 * @param intraOpThreads threads that share one operator's work; 0 for ONNX Runtime's choice
 * @param drainLimit how long {@link Models#close} lets requests under way finish
 * @param cuda how versions on a CUDA device are computed
 */
public record EngineConfig(
        Path socket,
        Set<String> models,
        Duration connectTimeout,
        Duration shortestBackoff,
        Duration longestBackoff,
        int queueLimit,
        int intraOpThreads,
        Duration drainLimit,
        CudaConfig cuda) {
    /** Requests that wait for one version unless configured otherwise. */
    public static final int DEFAULT_QUEUE_LIMIT = 1024;

    /** @throws IllegalArgumentException if a number or duration is out of range; names it */
    public EngineConfig {
        models = Set.copyOf(models);
        requirePositive("connectTimeout", connectTimeout);
        requirePositive("shortestBackoff", shortestBackoff);
        requirePositive("longestBackoff", longestBackoff);
        if (queueLimit < 1) {
            throw new IllegalArgumentException("queueLimit must be 1 or more, but is " + queueLimit);
        }
        if (intraOpThreads < 0) {
            throw new IllegalArgumentException("intraOpThreads can't be negative, but is " + intraOpThreads);
        }
        if (drainLimit.isNegative()) {
            throw new IllegalArgumentException("drainLimit can't be negative, but is " + drainLimit);
        }
    }

    private static void requirePositive(String name, Duration duration) {
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException(name + " must be positive, but is " + duration);
        }
    }

    /** All models of the holder at {@link SocketPath#byDefault()}. */
    public static EngineConfig defaults() {
        return new EngineConfig(
                SocketPath.byDefault(),
                Set.of(),
                Duration.ofSeconds(5),
                Duration.ofMillis(50),
                Duration.ofSeconds(5),
                DEFAULT_QUEUE_LIMIT,
                0,
                Duration.ofSeconds(30),
                CudaConfig.DEFAULT);
    }

    /**
     * What the settings say; {@link EngineSetting} documents every key.
     *
     * @throws IllegalArgumentException if a value is unsuitable; names key, value and what it must be
     */
    public static EngineConfig of(SettingReader values) {
        EngineConfig defaults = defaults();
        return new EngineConfig(
                values.text(EngineSetting.SOCKET).map(Path::of).orElse(defaults.socket()),
                Arrays.stream(values.text(EngineSetting.MODELS).orElse("").split(","))
                        .map(String::strip)
                        .filter(name -> !name.isEmpty())
                        .collect(Collectors.toSet()),
                values.duration(EngineSetting.CONNECT_TIMEOUT, defaults.connectTimeout()),
                defaults.shortestBackoff(),
                defaults.longestBackoff(),
                (int) values.number(EngineSetting.QUEUE_LIMIT, defaults.queueLimit(), 1, Integer.MAX_VALUE),
                (int) values.number(EngineSetting.INTRA_OP_THREADS, defaults.intraOpThreads(), 0, Integer.MAX_VALUE),
                values.duration(EngineSetting.DRAIN_LIMIT, defaults.drainLimit()),
                CudaConfig.of(values));
    }

    /** The same for the holder at another socket. */
    public EngineConfig withSocket(Path other) {
        return new EngineConfig(
                other,
                models,
                connectTimeout,
                shortestBackoff,
                longestBackoff,
                queueLimit,
                intraOpThreads,
                drainLimit,
                cuda);
    }

    /** The same for these models alone. */
    public EngineConfig withModels(Set<String> names) {
        return new EngineConfig(
                socket,
                names,
                connectTimeout,
                shortestBackoff,
                longestBackoff,
                queueLimit,
                intraOpThreads,
                drainLimit,
                cuda);
    }

    /** The same with another limit of waiting requests. */
    public EngineConfig withQueueLimit(int limit) {
        return new EngineConfig(
                socket,
                models,
                connectTimeout,
                shortestBackoff,
                longestBackoff,
                limit,
                intraOpThreads,
                drainLimit,
                cuda);
    }

    /** The same with another number of threads for each operator. */
    public EngineConfig withIntraOpThreads(int count) {
        return new EngineConfig(
                socket, models, connectTimeout, shortestBackoff, longestBackoff, queueLimit, count, drainLimit, cuda);
    }

    /** The same with other pauses between attempts to reach the holder. */
    public EngineConfig withBackoff(Duration shortest, Duration longest) {
        return new EngineConfig(
                socket, models, connectTimeout, shortest, longest, queueLimit, intraOpThreads, drainLimit, cuda);
    }

    /** The same with another limit for closing. */
    public EngineConfig withDrainLimit(Duration limit) {
        return new EngineConfig(
                socket,
                models,
                connectTimeout,
                shortestBackoff,
                longestBackoff,
                queueLimit,
                intraOpThreads,
                limit,
                cuda);
    }

    /** The same with other settings for CUDA devices. */
    public EngineConfig withCuda(CudaConfig other) {
        return new EngineConfig(
                socket,
                models,
                connectTimeout,
                shortestBackoff,
                longestBackoff,
                queueLimit,
                intraOpThreads,
                drainLimit,
                other);
    }
}
