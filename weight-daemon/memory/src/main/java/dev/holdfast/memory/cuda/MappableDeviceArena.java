package dev.holdfast.memory.cuda;

import dev.holdfast.memory.ContentDigest;
import dev.holdfast.memory.DeviceArena;
import dev.holdfast.memory.Mapping;

/** An arena of a device, of which all that is asked comes from a mapping of it. */
abstract class MappableDeviceArena implements DeviceArena {
    private final String deviceUuid;
    private final long sizeBytes;

    MappableDeviceArena(String deviceUuid, long sizeBytes) {
        this.deviceUuid = deviceUuid;
        this.sizeBytes = sizeBytes;
    }

    static long requireSize(long sizeBytes) {
        if (sizeBytes < 0) {
            throw new IllegalArgumentException("an arena has 0 bytes or more, not " + sizeBytes);
        }
        return sizeBytes;
    }

    /** All of it, in this process, as {@link #map()} gives it. */
    abstract CudaMapping open();

    @Override
    public final String device() {
        return deviceUuid;
    }

    @Override
    public final long sizeBytes() {
        return sizeBytes;
    }

    /**
     * Maps all of it into this process.
     *
     * @throws CudaUnavailableException if this process has no driver or does not see the device
     * @throws dev.holdfast.memory.ArenaException if there is no such memory of this size on the device, or no longer
     */
    @Override
    public final Mapping map() {
        return open();
    }

    /** Recomputes the digest on the device. */
    @Override
    public final ContentDigest digest() {
        try (CudaMapping mapping = open()) {
            return mapping.digest();
        }
    }
}
