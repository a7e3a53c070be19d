package dev.holdfast.daemon.doctor;

import java.util.Optional;

/**
 * A CUDA device, as far as it could be asked.
 *
 * @param index its number among those visible
 * @param uuid as {@code nvidia-smi -L} prints it
 * @param name the product's
 * @param totalBytes all of its memory
 * @param freeBytes what of it is free, this process's own context not counted as free; empty if it could not be asked
 * @param computeCapability such as {@code 9.0}
 * @param descriptors whether its memory can be named by descriptors, as an arena's has to be
 * @param ipc whether its memory can be shared by legacy CUDA IPC
 * @param mps whether this process reaches it through MPS
 * @param problem why something of this could not be asked
 */
public record DeviceFinding(
        int index,
        String uuid,
        String name,
        long totalBytes,
        Optional<Long> freeBytes,
        String computeCapability,
        boolean descriptors,
        boolean ipc,
        boolean mps,
        Optional<String> problem) {
    @Override
    public String toString() {
        return name + " (cuda:" + index + ", " + uuid + ")";
    }
}
