package dev.holdfast.daemon.doctor;

/** How a device's memory is to reach other processes: {@code auto}, {@code fd} or {@code cuda-ipc}. */
public enum Share {
    /** By descriptors where the device has them, otherwise by legacy CUDA IPC. */
    AUTO("auto"),
    /** By descriptors: they alone keep the memory, and mappings are read-only. */
    FD("fd"),
    /** By legacy CUDA IPC: the loader lives on as the memory's owner, and nothing is read-only. */
    CUDA_IPC("cuda-ipc");

    private final String word;

    Share(String word) {
        this.word = word;
    }

    /**
     * Reads an option's value.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static Share parse(String text) {
        for (Share share : values()) {
            if (share.word.equals(text)) {
                return share;
            }
        }
        throw new IllegalArgumentException(
                "'" + text + "' is no way to share a device's memory; known: auto, fd, cuda-ipc");
    }

    /** Whether that device's memory can be shared so. */
    boolean suits(DeviceFinding device) {
        return switch (this) {
            case AUTO -> device.descriptors() || device.ipc();
            case FD -> device.descriptors();
            case CUDA_IPC -> device.ipc();
        };
    }

    /** What it comes to on a device that it suits: no longer {@link #AUTO}. */
    Share on(DeviceFinding device) {
        return this != AUTO ? this : device.descriptors() ? FD : CUDA_IPC;
    }

    /** As an option's value. */
    @Override
    public String toString() {
        return word;
    }
}
