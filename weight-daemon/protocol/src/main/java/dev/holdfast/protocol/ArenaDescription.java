package dev.holdfast.protocol;

import dev.holdfast.memory.ArenaKind;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.memory.ContentDigest;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The arena of a version as its manifest states it.
 *
 * @param kind where the bytes live
 * @param layout how tensors lie in it
 * @param device the device's UUID, or {@code "cpu"}
 * @param sizeBytes its exact length
 * @param digest what {@link dev.holdfast.memory.WeightArena#digest()} must give
 * @param handle what other processes open memory by that one process owns; 128 hexadecimal digits. Other memory has none
 */
public record ArenaDescription(
        ArenaKind kind,
        ArenaLayout layout,
        String device,
        long sizeBytes,
        ContentDigest digest,
        Optional<String> handle) {
    private static final Pattern HANDLE = Pattern.compile("[0-9a-f]{128}");

    /** @throws IllegalArgumentException if the size is negative, or there is a handle where there must be none, or none or no handle where there must be one */
    public ArenaDescription {
        if (sizeBytes < 0) {
            throw new IllegalArgumentException("an arena can't have " + sizeBytes + " bytes");
        }
        if (handle.isPresent() != (kind == ArenaKind.CUDA_IPC)
                || handle.filter(digits -> !HANDLE.matcher(digits).matches()).isPresent()) {
            throw new IllegalArgumentException("an arena of kind " + kind
                    + (kind == ArenaKind.CUDA_IPC ? " has a handle of 128 hexadecimal digits" : " has no handle"));
        }
    }

    /** That of an arena without a handle. */
    public ArenaDescription(ArenaKind kind, ArenaLayout layout, String device, long sizeBytes, ContentDigest digest) {
        this(kind, layout, device, sizeBytes, digest, Optional.empty());
    }

    /** Whether the arena's bytes reach another process by a descriptor rather than by a file's name. */
    public boolean travelsByDescriptor() {
        return descriptorCount() > 0;
    }

    /**
     * How many descriptors the version travels by: the arena's, and after it, for memory of a CUDA device, that of a
     * counter on the same device. For memory that a process owns it is the users' end of that process's
     * {@link dev.holdfast.memory.Lifeline}, which keeps the owner as an arena's descriptor keeps the bytes.
     */
    public int descriptorCount() {
        return switch (kind) {
            case HOST -> layout == ArenaLayout.PACKED ? 0 : 1;
            case CUDA -> 2;
            case CUDA_IPC -> 1;
        };
    }
}
