package dev.holdfast.daemon.holder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.daemon.loader.Placement;
import dev.holdfast.memory.ArenaKind;
import dev.holdfast.memory.cuda.CudaDevice;
import dev.holdfast.memory.cuda.CudaDriver;
import dev.holdfast.memory.cuda.DeviceContext;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * How much of a device's memory is free, to the byte; on the host, nothing is watched. Holds a context meanwhile, so that
 * asking changes nothing. Tests that use it are tagged {@code alone}: nothing else may use the device meanwhile.
 */
public final class DeviceMemory implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 30;
    private static final long STEADY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final Optional<CudaDevice> device;
    private final Optional<DeviceContext> context;

    private DeviceMemory(Optional<CudaDevice> device) {
        this.device = device;
        this.context = device.map(CudaDevice::context);
    }

    /** Of the placement's device. */
    public static DeviceMemory of(Placement placement) {
        return new DeviceMemory(
                placement.kind() == ArenaKind.HOST
                        ? Optional.empty()
                        : Optional.of(CudaDriver.load().device(placement.device())));
    }

    /** Free now, in bytes; 0 on the host. */
    public long freeBytes() {
        return device.map(CudaDevice::freeBytes).orElse(0L);
    }

    /** What is free once it stays so: processes that ended before may still be giving theirs back. */
    public long awaitSteady() {
        long last = freeBytes();
        long since = System.nanoTime();
        long deadline = since + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (System.nanoTime() - since < STEADY_NANOS && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            long now = freeBytes();
            if (now != last) {
                last = now;
                since = System.nanoTime();
            }
        }
        return last;
    }

    /** Waits until as much is free as was, to the byte: the driver frees what a killed process had in its own time. */
    public void awaitReturnTo(long freeBytes) {
        awaitReturnTo(freeBytes, 0);
    }

    /** The same, but for so many bytes. */
    void awaitReturnTo(long freeBytes, long toleranceBytes) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (Math.abs(freeBytes() - freeBytes) > toleranceBytes && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        assertThat(freeBytes())
                .as("free bytes of the device")
                .isBetween(freeBytes - toleranceBytes, freeBytes + toleranceBytes);
    }

    @Override
    public void close() {
        context.ifPresent(DeviceContext::close);
    }
}
