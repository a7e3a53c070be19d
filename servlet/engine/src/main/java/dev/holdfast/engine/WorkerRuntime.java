package dev.holdfast.engine;

import dev.holdfast.memory.CpuIdentity;
import dev.holdfast.memory.cuda.CudaDevice;
import dev.holdfast.memory.cuda.CudaDriver;
import dev.holdfast.onnxruntime.Environment;
import dev.holdfast.onnxruntime.ExecutionProvider;
import dev.holdfast.onnxruntime.LogListener;
import dev.holdfast.onnxruntime.OnnxRuntime;
import dev.holdfast.onnxruntime.OnnxRuntimeException;
import dev.holdfast.onnxruntime.OnnxRuntimeLoadException;
import dev.holdfast.protocol.RuntimeIdentity;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an engine computes with. Any thread.
 *
 * @param environment shared by all sessions; closed with this
 * @param identity what holders are told of it
 * @param contexts on devices
 */
record WorkerRuntime(Environment environment, RuntimeIdentity identity, DeviceContexts contexts)
        implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerRuntime.class);

    static WorkerRuntime open(OnnxRuntime runtime) {
        List<String> providers = runtime.providers();
        if (providers.contains(ExecutionProvider.CUDA_NAME)) {
            preloadProvider(runtime);
        }
        CpuIdentity cpu = CpuIdentity.current();
        RuntimeIdentity identity = new RuntimeIdentity(
                runtime.version(), cpu.architecture(), cpu.features(), providers, devices(providers));
        return new WorkerRuntime(Environment.open(runtime, LogListener.NONE), identity, new DeviceContexts());
    }

    /** Says that a version on this device, or on none, is to be leased. */
    void expect(String device) {
        if (identity.devices().contains(device)) {
            contexts.begin(device);
        }
    }

    /**
     * Begins to start the CUDA driver while a build of ONNX Runtime that is not the jar's, and so most likely one for CUDA, is
     * being loaded; if it fails, {@link #open} says why.
     */
    static void startDriver() {
        aside("holdfast-driver", () -> CudaDriver.whyUnavailable()
                .ifPresent(reason -> LOG.debug("no driver: {}", reason)));
    }

    /** Beside starting the driver and leasing; what fails here fails again, with a reason, when a session is opened. */
    private static void preloadProvider(OnnxRuntime runtime) {
        aside("holdfast-preload", () -> {
            try {
                runtime.preloadCuda();
            } catch (OnnxRuntimeLoadException | OnnxRuntimeException e) {
                LOG.debug("the CUDA provider can't be loaded", e);
            }
        });
    }

    private static void aside(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** The driver is started only where ONNX Runtime could use it. */
    private static List<String> devices(List<String> providers) {
        if (!providers.contains(ExecutionProvider.CUDA_NAME)) {
            return List.of();
        }
        Optional<String> unavailable = CudaDriver.whyUnavailable();
        if (unavailable.isPresent()) {
            LOG.warn("no CUDA devices: {}", unavailable.get());
            return List.of();
        }
        return CudaDriver.load().devices().stream().map(CudaDevice::uuid).toList();
    }

    @Override
    public void close() {
        contexts.close();
        environment.close();
    }
}
