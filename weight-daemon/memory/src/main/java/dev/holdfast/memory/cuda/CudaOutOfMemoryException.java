package dev.holdfast.memory.cuda;

/** A device has too little free memory for what was asked; nothing was allocated. */
public final class CudaOutOfMemoryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final long askedBytes;
    private final long freeBytes;

    CudaOutOfMemoryException(CudaDevice device, String what, long askedBytes, long freeBytes) {
        super("no memory for " + what + " on " + device + ": " + askedBytes + " bytes asked, " + freeBytes
                + " free; unload a version or end another process that uses the device, or choose another device");
        this.askedBytes = askedBytes;
        this.freeBytes = freeBytes;
    }

    /** The bytes that could not be had. */
    public long askedBytes() {
        return askedBytes;
    }

    /** The device's free bytes at that time. */
    public long freeBytes() {
        return freeBytes;
    }
}
