package dev.holdfast.daemon.holder;

import dev.holdfast.daemon.loader.Placement;
import dev.holdfast.daemon.state.ReadAccess;
import dev.holdfast.onnxruntime.OnnxRuntime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How a holder runs.
 *
 * @param models root of the model repository
 * @param socket the Unix socket to serve
 * @param state the state directory; created if missing
 * @param placement where arenas are to be
 * @param memoryBudgetBytes most bytes of weights resident at once on one device, host memory being one; {@link Long#MAX_VALUE} for no limit
 * @param readersGroup name of the group that may lease, besides the holder's own user and root
 * @param loadDeadline longest time one load may take
 * @param loads what to load at start
 * @param loadAll whether to load every model of the repository at start
 * @param cacheLimitBytes how large the cache of optimised models may grow
 * @param loaderJvmOptions options of the loaders' JVMs
 * @param ownerPatience how long a loader that owns its version's memory waits for a holder when nobody has the version
 * @param runtime folder or library of the build of ONNX Runtime that loaders use, and workers are told of; empty for the
 *     one in the jars
 */
public record HolderConfig(
        Path models,
        Path socket,
        Path state,
        Placement placement,
        long memoryBudgetBytes,
        Optional<String> readersGroup,
        Duration loadDeadline,
        List<LoadTarget> loads,
        boolean loadAll,
        long cacheLimitBytes,
        List<String> loaderJvmOptions,
        Duration ownerPatience,
        Optional<Path> runtime) {
    /** A load may take this long unless configured otherwise. */
    public static final Duration DEFAULT_LOAD_DEADLINE = Duration.ofMinutes(10);

    /** The cache may take this much of the state directory's disk unless configured otherwise. */
    public static final long DEFAULT_CACHE_LIMIT_BYTES = 32L << 30;

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if the budget or the deadline is not positive, or the patience is negative
     */
    public HolderConfig {
        if (memoryBudgetBytes <= 0) {
            throw new IllegalArgumentException("a memory budget is positive, not " + memoryBudgetBytes);
        }
        if (loadDeadline.isNegative() || loadDeadline.isZero()) {
            throw new IllegalArgumentException("a load deadline is positive, not " + loadDeadline);
        }
        if (ownerPatience.isNegative()) {
            throw new IllegalArgumentException("an owner's patience is not negative, as " + ownerPatience + " is");
        }
        loads = List.copyOf(loads);
        loaderJvmOptions = List.copyOf(loaderJvmOptions);
    }

    /**
     * With what the system properties say: owners' patience, and the build of ONNX Runtime, which is the one in the jars
     * unless {@code holdfast.onnxruntime.path} names another.
     *
     * @throws IllegalArgumentException also if {@code holdfast.owner.patience} is not a number of seconds
     */
    public HolderConfig(
            Path models,
            Path socket,
            Path state,
            Placement placement,
            long memoryBudgetBytes,
            Optional<String> readersGroup,
            Duration loadDeadline,
            List<LoadTarget> loads,
            boolean loadAll,
            long cacheLimitBytes,
            List<String> loaderJvmOptions) {
        this(
                models,
                socket,
                state,
                placement,
                memoryBudgetBytes,
                readersGroup,
                loadDeadline,
                loads,
                loadAll,
                cacheLimitBytes,
                loaderJvmOptions,
                OwnerPatience.configured(),
                OnnxRuntime.named());
    }

    /**
     * The same elsewhere.
     *
     * @param elsewhere where arenas are to be
     * @param build the build of ONNX Runtime to use, empty for the usual one
     */
    public HolderConfig on(Placement elsewhere, Optional<Path> build) {
        List<String> options = new ArrayList<>(loaderJvmOptions);
        build.ifPresent(path -> options.add(0, "-D" + OnnxRuntime.PATH_PROPERTY + "=" + path));
        return with(elsewhere, options, ownerPatience, build.or(() -> runtime));
    }

    /** The same with owners of that patience. */
    public HolderConfig withOwnerPatience(Duration patience) {
        return with(placement, loaderJvmOptions, patience, runtime);
    }

    private HolderConfig with(Placement arenas, List<String> jvmOptions, Duration patience, Optional<Path> build) {
        return new HolderConfig(
                models,
                socket,
                state,
                arenas,
                memoryBudgetBytes,
                readersGroup,
                loadDeadline,
                loads,
                loadAll,
                cacheLimitBytes,
                jvmOptions,
                patience,
                build);
    }

    ReadAccess readAccess() {
        return new ReadAccess(readersGroup);
    }
}
