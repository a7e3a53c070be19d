package dev.holdfast.protocol;

import dev.holdfast.memory.ArenaKind;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.memory.ContentDigest;

/**
 * The arena of a version as its manifest states it.
 *
 * @param kind where the bytes live
 * @param layout how tensors lie in it
 * @param device the device's UUID, or {@code "cpu"}
 * @param sizeBytes its exact length
 * @param digest what {@link dev.holdfast.memory.WeightArena#digest()} must give
 */
public record ArenaDescription(
        ArenaKind kind, ArenaLayout layout, String device, long sizeBytes, ContentDigest digest) {
    /** @throws IllegalArgumentException if the size is negative */
    public ArenaDescription {
        if (sizeBytes < 0) {
            throw new IllegalArgumentException("an arena can't have " + sizeBytes + " bytes");
        }
    }

    /** Whether the arena's bytes reach another process by a descriptor rather than by a file's name or a handle. */
    public boolean travelsByDescriptor() {
        return descriptorCount() > 0;
    }

    /**
     * How many descriptors the version travels by: the arena's, and after it, for memory of a CUDA device, that of a
     * counter on the same device.
     */
    public int descriptorCount() {
        return switch (kind) {
            case HOST -> layout == ArenaLayout.PACKED ? 0 : 1;
            case CUDA -> 2;
            case CUDA_IPC -> 0;
        };
    }
}
