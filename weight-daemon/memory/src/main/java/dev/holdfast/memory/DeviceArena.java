package dev.holdfast.memory;

/**
 * An arena in a device's memory, which the processor can't touch: {@link #device()} is the device's UUID, and a mapping's
 * address is one of the device's.
 *
 * <p>Its tensors lie plain and aligned and are handed to a session by address, as those of a sealed arena are. The
 * classes are in the package of the device's driver. Nothing of the driver is loaded before an arena is created, mapped
 * or digested: whoever only keeps the descriptor needs no device.
 */
public non-sealed interface DeviceArena extends WeightArena {
    @Override
    default ArenaLayout layout() {
        return ArenaLayout.SEALED;
    }
}
