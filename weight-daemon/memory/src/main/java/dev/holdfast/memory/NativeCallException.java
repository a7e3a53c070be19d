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

    /** The C function that failed, such as {@code mmap}. */
    public String call() {
        return call;
    }

    /** The error's name, such as {@code ENOMEM}; empty if the call was made by the Java library, which hides it. */
    public String codeName() {
        return codeName;
    }

    /** The error's number ({@code errno}); 0 if the call was made by the Java library, which hides it. */
    public int code() {
        return code;
    }
}
