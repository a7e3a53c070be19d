package dev.holdfast.memory.cuda;

import com.sun.jna.ptr.PointerByReference;
import dev.holdfast.memory.NativeCallException;

/** What a driver call returns: {@code CUresult} of {@code cuda.h}. */
final class DriverResult {
    static final int SUCCESS = 0;
    static final int INVALID_VALUE = 1;
    static final int OUT_OF_MEMORY = 2;
    static final int NO_DEVICE = 100;
    static final int NOT_SUPPORTED = 801;

    private DriverResult() {}

    /**
     * Turns every result but success into an exception.
     *
     * @param call the driver's function
     * @param what its object, for the message
     * @throws NativeCallException if {@code result} is an error
     */
    static void check(int result, String call, String what) {
        if (result != SUCCESS) {
            throw NativeCallException.ofDriver(call, name(result), result, what);
        }
    }

    /**
     * As {@link #check}, but only for lack of memory, which may pass: what else an error means, the caller says.
     *
     * @throws NativeCallException if that is what {@code result} says
     */
    static void checkMemory(int result, String call, String what) {
        if (result == OUT_OF_MEMORY) {
            check(result, call, what);
        }
    }

    /** The code's name by the driver, which knows those that are newer than this program. */
    static String name(int result) {
        PointerByReference name = new PointerByReference();
        boolean known = DriverFunctions.loaded().cuGetErrorName(result, name) == SUCCESS && name.getValue() != null;
        return known ? name.getValue().getString(0) : "CUDA error";
    }
}
