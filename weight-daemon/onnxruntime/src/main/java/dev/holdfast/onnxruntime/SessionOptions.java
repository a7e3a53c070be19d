package dev.holdfast.onnxruntime;

import com.sun.jna.Pointer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Settings of sessions to come ({@code OrtSessionOptions}); one object may serve several. One thread at a time.
 *
 * <p>Configuration keys are those of {@code onnxruntime_session_options_config_keys.h}. Every method throws
 * {@link IllegalStateException} once closed and {@link OnnxRuntimeException} if ONNX Runtime refuses a value.
 */
public final class SessionOptions extends NativeObject {
    private final OnnxRuntime runtime;
    private final List<OrtValue> initializers = new ArrayList<>();
    private LogListener listener = LogListener.NONE;
    private LogSeverity severity = LogSeverity.WARNING;

    private SessionOptions(OnnxRuntime runtime, Pointer handle) {
        super(runtime.api(), handle, OrtFunction.RELEASE_SESSION_OPTIONS);
        this.runtime = runtime;
    }

    /** ONNX Runtime's defaults: all optimisations, a thread for each core. */
    public static SessionOptions create(OnnxRuntime runtime) {
        return new SessionOptions(runtime, runtime.api().create(OrtFunction.CREATE_SESSION_OPTIONS));
    }

    /** How far the graph is rewritten when a session opens. */
    public SessionOptions optimizationLevel(OptimizationLevel level) {
        return set(OrtFunction.SET_SESSION_GRAPH_OPTIMIZATION_LEVEL, level.number());
    }

    /** Threads that share one operator's work; 1 for the caller's alone, 0 for ONNX Runtime's choice. */
    public SessionOptions intraOpThreads(int count) {
        return set(OrtFunction.SET_INTRA_OP_NUM_THREADS, count);
    }

    /** Threads that run independent operators, in parallel execution mode; 0 for ONNX Runtime's choice. */
    public SessionOptions interOpThreads(int count) {
        return set(OrtFunction.SET_INTER_OP_NUM_THREADS, count);
    }

    /** Has runs take memory value by value, instead of in one block that is planned for each set of shapes. */
    public SessionOptions disableMemoryPattern() {
        try (Holds holds = new Holds()) {
            api().call(OrtFunction.DISABLE_MEM_PATTERN, holds.on(this));
        }
        return this;
    }

    /** Has opening a session write the rewritten graph to {@code file}. */
    public SessionOptions optimizedModelFile(Path file) {
        return set(OrtFunction.SET_OPTIMIZED_MODEL_FILE_PATH, NativeText.path(file));
    }

    /** Sets one configuration entry. */
    public SessionOptions configEntry(String key, String value) {
        try (Holds holds = new Holds()) {
            api().call(OrtFunction.ADD_SESSION_CONFIG_ENTRY, holds.on(this), key, value);
        }
        return this;
    }

    /**
     * Computes on {@code provider} what it can, ahead of those appended later and of the processor.
     *
     * @throws OnnxRuntimeLoadException if this build has no CUDA provider and that is asked for, or a library that it
     *     needs is missing; names the library and what brings it
     */
    public SessionOptions provider(ExecutionProvider provider) {
        if (provider.isCuda()) {
            runtime.requireCuda();
            appendCuda(provider);
        } else if (!provider.name().equals(ExecutionProvider.CPU.name())) {
            append(provider);
        }
        return this;
    }

    /**
     * Has sessions use {@code value} in place, instead of loading the initializer of that name. Names that a graph does
     * not have are ignored by ONNX Runtime, as are values on a device other than the planned one: {@link PlacedWeights}
     * makes both an error.
     */
    public SessionOptions initializer(String name, OrtValue value) {
        try (Holds holds = new Holds()) {
            api().call(OrtFunction.ADD_INITIALIZER, holds.on(this), name, holds.on(value));
        }
        initializers.add(value);
        return this;
    }

    /** Sends the sessions' own log, from {@code least} on, to {@code listener} beside SLF4J. */
    public SessionOptions log(LogSeverity least, LogListener listener) {
        this.severity = least;
        this.listener = listener;
        return this;
    }

    /** Options that begin as these are and go their own way. */
    SessionOptions copy() {
        try (Holds holds = new Holds()) {
            Pointer handle = api().create(OrtFunction.CLONE_SESSION_OPTIONS, holds.on(this));
            SessionOptions copy = new SessionOptions(runtime, handle);
            copy.initializers.addAll(initializers);
            copy.listener = listener;
            copy.severity = severity;
            return copy;
        }
    }

    /** What a session's own log goes to, beside SLF4J. */
    LogListener listener() {
        return listener;
    }

    /** The least grave lines of a session's own log. */
    LogSeverity severity() {
        return severity;
    }

    /** The values that sessions opened with these options use in place. */
    List<OrtValue> initializers() {
        return initializers;
    }

    /** Has the next session name {@code number} when it logs; see {@link NativeLog#addSession}. */
    void logNumber(long number) {
        set(OrtFunction.SET_SESSION_LOG_SEVERITY_LEVEL, severity.number());
        try (Holds holds = new Holds()) {
            api().call(
                            OrtFunction.SET_USER_LOGGING_FUNCTION,
                            holds.on(this),
                            runtime.log().function(),
                            new Pointer(number));
        }
    }

    private SessionOptions set(OrtFunction function, Object value) {
        try (Holds holds = new Holds()) {
            api().call(function, holds.on(this), value);
        }
        return this;
    }

    private void append(ExecutionProvider provider) {
        try (ProviderEntries entries = new ProviderEntries(provider.options());
                Holds holds = new Holds()) {
            api().call(
                            OrtFunction.SESSION_OPTIONS_APPEND_EXECUTION_PROVIDER,
                            holds.on(this),
                            provider.name(),
                            entries.keys(),
                            entries.values(),
                            entries.count());
        }
    }

    private void appendCuda(ExecutionProvider provider) {
        try (CudaProviderOptions options = CudaProviderOptions.create(runtime, provider.options());
                Holds holds = new Holds()) {
            api().call(
                            OrtFunction.SESSION_OPTIONS_APPEND_EXECUTION_PROVIDER_CUDA_V2,
                            holds.on(this),
                            holds.on(options));
        } catch (OnnxRuntimeException e) {
            throw MissingLibrary.explain(runtime, e);
        }
    }
}
