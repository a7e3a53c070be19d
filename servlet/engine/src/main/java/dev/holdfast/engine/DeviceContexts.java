package dev.holdfast.engine;

import dev.holdfast.memory.cuda.CudaDriver;
import dev.holdfast.memory.cuda.DeviceContext;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Contexts on the devices that versions are about to be served on, made while the versions are being leased: a context takes
 * longer than a lease, and whoever asks for it next waits only for the rest. Any thread.
 */
final class DeviceContexts implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DeviceContexts.class);

    private final Map<String, CompletableFuture<DeviceContext>> begun = new ConcurrentHashMap<>();

    /** Begins to make one, unless that was done; if it fails, building the version fails again and says why. */
    void begin(String deviceUuid) {
        CompletableFuture<DeviceContext> unused = begun.computeIfAbsent(
                deviceUuid,
                device -> CompletableFuture.supplyAsync(
                        () -> CudaDriver.load().device(device).context(),
                        making -> new Thread(making, "holdfast-context").start()));
    }

    @Override
    public void close() {
        for (CompletableFuture<DeviceContext> context : begun.values()) {
            CompletableFuture<DeviceContext> unused = context.whenComplete((made, failure) -> {
                if (failure != null) {
                    LOG.debug("there is no context", failure);
                } else {
                    made.close();
                }
            });
        }
    }
}
