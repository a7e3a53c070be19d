package dev.holdfast.onnxruntime;

import com.sun.jna.Function;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * One library's function table, {@code struct OrtApi} of {@code onnxruntime_c_api.h}.
 *
 * <p>Functions are looked up on first use. Any thread.
 */
final class OrtApi {
    /** The API version asked for: the oldest that has every {@link OrtFunction}, so that other builds work too. */
    static final int VERSION = 23;

    private final Pointer table;
    private final Map<OrtFunction, Function> functions = new ConcurrentHashMap<>();
    private final Pointer allocator;

    OrtApi(Pointer table) {
        this.table = table;
        PointerByReference out = new PointerByReference();
        call(OrtFunction.GET_ALLOCATOR_WITH_DEFAULT_OPTIONS, out);
        this.allocator = Objects.requireNonNull(out.getValue(), "default allocator");
    }

    /**
     * Calls a function that returns {@code OrtStatus*}.
     *
     * @throws OnnxRuntimeException if the status is not OK; the status is released
     */
    void call(OrtFunction function, @Nullable Object... arguments) {
        Pointer status = at(function).invokePointer(arguments);
        if (status != null) {
            throw failure(status);
        }
    }

    /** Calls a function that makes an object and stores it through its last parameter. */
    Pointer create(OrtFunction function, @Nullable Object... arguments) {
        PointerByReference out = new PointerByReference();
        @Nullable Object[] all = Arrays.copyOf(arguments, arguments.length + 1);
        all[arguments.length] = out;
        call(function, all);
        Pointer created = out.getValue();
        if (created == null) {
            throw new OnnxRuntimeException(ErrorCode.FAIL, function + " returned no object");
        }
        return created;
    }

    /** Calls a function that returns a pointer into its object, or none. */
    @Nullable
    Pointer look(OrtFunction function, Object... arguments) {
        return at(function).invokePointer(arguments);
    }

    /** Calls one of the functions that release an object; they return nothing. */
    void release(OrtFunction function, Pointer object) {
        at(function).invokeVoid(new Object[] {object});
    }

    /** The CPU allocator, owned by the library. */
    Pointer allocator() {
        return allocator;
    }

    /** Gives back memory that a function took from {@link #allocator()}. */
    void free(Pointer memory) {
        call(OrtFunction.ALLOCATOR_FREE, allocator, memory);
    }

    /** The functions called so far. */
    Set<OrtFunction> used() {
        return Set.copyOf(functions.keySet());
    }

    private OnnxRuntimeException failure(Pointer status) {
        try {
            int code = at(OrtFunction.GET_ERROR_CODE).invokeInt(new Object[] {status});
            Pointer message = at(OrtFunction.GET_ERROR_MESSAGE).invokePointer(new Object[] {status});
            return new OnnxRuntimeException(ErrorCode.of(code), message == null ? "" : NativeText.read(message));
        } finally {
            release(OrtFunction.RELEASE_STATUS, status);
        }
    }

    private Function at(OrtFunction function) {
        return functions.computeIfAbsent(
                function,
                missing -> Function.getFunction(
                        table.getPointer(missing.offsetBytes()), Function.C_CONVENTION, NativeText.ENCODING));
    }
}
