package dev.holdfast.onnxruntime;

/** Settings of a run, and the way to end it early; one object may serve several runs, which then end together. Any thread. */
public final class RunOptions extends NativeObject {
    private RunOptions(OrtApi api) {
        super(api, api.create(OrtFunction.CREATE_RUN_OPTIONS), OrtFunction.RELEASE_RUN_OPTIONS);
    }

    /**
     * New options: runs log warnings and worse.
     *
     * @throws OnnxRuntimeException if ONNX Runtime refuses
     */
    public static RunOptions create(OnnxRuntime runtime) {
        return create(runtime.api());
    }

    static RunOptions create(OrtApi api) {
        RunOptions options = new RunOptions(api);
        try (Holds holds = new Holds()) {
            // Or a session opened at INFO would report the beginning of every run.
            api.call(
                    OrtFunction.RUN_OPTIONS_SET_RUN_LOG_SEVERITY_LEVEL,
                    holds.on(options),
                    LogSeverity.WARNING.number());
            return options;
        } catch (RuntimeException e) {
            options.close();
            throw e;
        }
    }

    /**
     * Has runs return once their work for a device is queued: whoever gave the session its stream
     * ({@link CudaSettings#withStream}) waits for that before reading outputs. Source of the key:
     * {@code onnxruntime_run_options_config_keys.h}.
     *
     * @throws IllegalStateException if closed
     */
    public RunOptions withoutWaiting() {
        return configEntry("disable_synchronize_execution_providers", "1");
    }

    /** Sets one of the keys of {@code onnxruntime_run_options_config_keys.h}. */
    RunOptions configEntry(String key, String value) {
        try (Holds holds = new Holds()) {
            api().call(OrtFunction.ADD_RUN_CONFIG_ENTRY, holds.on(this), key, value);
        }
        return this;
    }

    /**
     * Ends the runs that use these options, at the latest after the node each is at; they fail, as later ones do.
     *
     * @throws IllegalStateException if closed
     */
    public void terminate() {
        try (Holds holds = new Holds()) {
            api().call(OrtFunction.RUN_OPTIONS_SET_TERMINATE, holds.on(this));
        }
    }

    /**
     * Lets later runs use these options again.
     *
     * @throws IllegalStateException if closed
     */
    public void clearTerminate() {
        try (Holds holds = new Holds()) {
            api().call(OrtFunction.RUN_OPTIONS_UNSET_TERMINATE, holds.on(this));
        }
    }
}
