package dev.holdfast.memory.cuda;

import dev.holdfast.memory.OwnedParts;
import java.nio.ByteBuffer;
import jcuda.driver.JCudaDriver;

/**
 * Memory of a device, and as much page-locked memory of the host that its contents come from or go to: the device copies
 * between them by itself, in a stream's order. One thread at a time.
 */
public final class StagedMemory implements AutoCloseable {
    private final DeviceStream stream;
    private final PinnedMemory host;
    private final DeviceAllocation device;
    private final OwnedParts parts;
    private final String name;

    private StagedMemory(DeviceStream stream, PinnedMemory host, DeviceAllocation device, OwnedParts parts) {
        this.stream = stream;
        this.host = host;
        this.device = device;
        this.parts = parts;
        // Not put together for each copy.
        this.name = device + " with " + host;
    }

    /**
     * New memory, all zero on the device and undefined on the host.
     *
     * @param stream that copies; outlives it
     * @return owned by the caller
     * @throws CudaOutOfMemoryException if the device has too little
     * @throws dev.holdfast.memory.NativeCallException if the machine can't lock so much memory
     */
    public static StagedMemory allocate(DeviceStream stream, int sizeBytes) {
        try (OwnedParts made = new OwnedParts()) {
            PinnedMemory host = made.add(PinnedMemory.allocate(stream.context(), sizeBytes));
            DeviceAllocation device =
                    made.add(DeviceAllocation.allocate(stream.context(), sizeBytes, "inputs or outputs"));
            return new StagedMemory(stream, host, device, made.handOver());
        }
    }

    /** The host's side, in native byte order; not to be touched while a copy is under way, or once this is closed. */
    public ByteBuffer bytes() {
        return host.bytes();
    }

    /** The device's side; valid until this is closed. */
    public long deviceAddress() {
        return device.address();
    }

    /** Has the stream copy the first bytes to the device. */
    public void toDevice(int lengthBytes) {
        if (lengthBytes > 0) {
            stream.add(
                    "cuMemcpyHtoDAsync",
                    name,
                    queue -> JCudaDriver.cuMemcpyHtoDAsync(device.pointer(), host.pointer(), lengthBytes, queue));
        }
    }

    /** Has the stream copy the first bytes to the host, where they are after {@link DeviceStream#await}. */
    public void toHost(int lengthBytes) {
        if (lengthBytes > 0) {
            stream.add(
                    "cuMemcpyDtoHAsync",
                    name,
                    queue -> JCudaDriver.cuMemcpyDtoHAsync(host.pointer(), device.pointer(), lengthBytes, queue));
        }
    }

    /** Frees both sides; no copy may be under way. Further calls do nothing. */
    @Override
    public void close() {
        parts.close();
    }

    @Override
    public String toString() {
        return name;
    }
}
