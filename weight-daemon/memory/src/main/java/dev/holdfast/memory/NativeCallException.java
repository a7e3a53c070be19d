package dev.holdfast.memory;

/** The operating system or a driver refused a call; the message names the call, its object and the error. */
public final class NativeCallException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String call;
    private final String codeName;
    private final int code;

    NativeCallException(String call, int errno, String what) {
        super(call + " of " + what + " failed: " + Errno.describe(errno));
        this.call = call;
        this.codeName = Errno.name(errno);
        this.code = errno;
    }

    NativeCallException(String call, String what, Throwable cause) {
        super(call + " of " + what + " failed: " + cause.getMessage(), cause);
        this.call = call;
        this.codeName = "";
        this.code = 0;
    }

    private NativeCallException(String message, String call, String codeName, int code) {
        super(message);
        this.call = call;
        this.codeName = codeName;
        this.code = code;
    }

    /**
     * A driver's refusal.
     *
     * @param call the driver's function
     * @param codeName its code's name, such as {@code CUDA_ERROR_INVALID_VALUE}
     * @param code its code's number
     * @param what the object of the call, its bytes and device, and the remedy if one is known
     */
    public static NativeCallException ofDriver(String call, String codeName, int code, String what) {
        return new NativeCallException(
                call + " of " + what + " failed: " + codeName + " (" + code + ")", call, codeName, code);
    }

    /** Whether the machine or the device had no memory for it, which may be there later. */
    public boolean isOutOfMemory() {
        return codeName.equals("ENOMEM") || codeName.equals("CUDA_ERROR_OUT_OF_MEMORY");
    }

    /** The C function that failed, such as {@code mmap}. */
    public String call() {
        return call;
    }

    /** The error's name, such as {@code ENOMEM} or {@code CUDA_ERROR_UNKNOWN}; empty if the call was made by the Java library, which hides it. */
    public String codeName() {
        return codeName;
    }

    /** The error's number ({@code errno} or the driver's); 0 if the call was made by the Java library, which hides it. */
    public int code() {
        return code;
    }
}
