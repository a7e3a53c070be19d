package dev.holdfast.onnxruntime;

import com.sun.jna.Pointer;

/**
 * ONNX Runtime's environment ({@code OrtEnv}): its log and what its sessions have in common.
 *
 * <p>A process has one native environment per library; further ones opened beside it share it. Any thread.
 */
public final class Environment extends NativeObject {
    private final OnnxRuntime runtime;
    private final LogListener listener;

    private Environment(OnnxRuntime runtime, LogListener listener, Pointer handle) {
        super(runtime.api(), handle, OrtFunction.RELEASE_ENV);
        this.runtime = runtime;
        this.listener = listener;
    }

    /**
     * Opens an environment that logs warnings and worse.
     *
     * @param listener receives the environment's log beside SLF4J; a session's own log goes to its
     *     {@link SessionOptions#log} instead
     * @throws OnnxRuntimeException if ONNX Runtime refuses
     */
    public static Environment open(OnnxRuntime runtime, LogListener listener) {
        NativeLog log = runtime.log();
        log.addEnvironment(listener);
        try {
            Pointer handle = runtime.api()
                    .create(
                            OrtFunction.CREATE_ENV_WITH_CUSTOM_LOGGER,
                            log.function(),
                            null,
                            LogSeverity.WARNING.number(),
                            "holdfast");
            return withoutTelemetry(new Environment(runtime, listener, handle));
        } catch (RuntimeException e) {
            log.removeEnvironment(listener);
            throw e;
        }
    }

    /** For builds that do not heed {@link Telemetry#VARIABLE}. */
    private static Environment withoutTelemetry(Environment environment) {
        if (Telemetry.isWanted()) {
            return environment;
        }
        try (Holds holds = new Holds()) {
            environment.api().call(OrtFunction.DISABLE_TELEMETRY_EVENTS, holds.on(environment));
            return environment;
        } catch (RuntimeException e) {
            environment.close();
            throw e;
        }
    }

    /** The library it belongs to. */
    public OnnxRuntime runtime() {
        return runtime;
    }

    @Override
    void released() {
        runtime.log().removeEnvironment(listener);
    }
}
