package dev.holdfast.onnxruntime;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What a session's runs read and write, given once for many runs ({@code OrtIoBinding}). One thread at a time; it keeps
 * the session from being released.
 *
 * <p>An input that is not where the session reads it ({@link Session#inputDevices}) is copied when it is bound, and never
 * again: a run would not see what was written since.
 *
 * <p>Methods throw {@link IllegalStateException} once closed, and {@link OnnxRuntimeException} if ONNX Runtime refuses
 * a name or value.
 */
public final class IoBinding extends NativeObject {
    private final Session session;
    private final Holds needs;
    private final Set<String> outputNames = new LinkedHashSet<>();

    private IoBinding(Session session, Pointer handle, Holds needs) {
        super(session.api(), handle, OrtFunction.RELEASE_IO_BINDING);
        this.session = session;
        this.needs = needs;
    }

    /** A binding with nothing bound. */
    public static IoBinding create(Session session) {
        Holds needs = new Holds();
        try {
            Pointer handle = session.api().create(OrtFunction.CREATE_IO_BINDING, needs.on(session));
            return new IoBinding(session, handle, needs);
        } catch (RuntimeException e) {
            needs.close();
            throw e;
        }
    }

    /** Gives the input of that name; the binding shares the value, whose bytes must stay valid. */
    public void input(String name, OrtValue value) {
        try (Holds holds = new Holds()) {
            api().call(OrtFunction.BIND_INPUT, holds.on(this), name, holds.on(value));
        }
    }

    /** Has the output of that name written into {@code value}; the binding shares it, and its bytes must stay valid. */
    public void output(String name, OrtValue value) {
        try (Holds holds = new Holds()) {
            api().call(OrtFunction.BIND_OUTPUT, holds.on(this), name, holds.on(value));
            outputNames.add(name);
        }
    }

    /** Has every run allocate the output of that name in host memory. */
    public void output(String name) {
        output(name, Device.CPU);
    }

    /** Computes; see {@link Session#run(java.util.Map, List, RunOptions)}. */
    public void run(RunOptions options) {
        session.run(this, options);
    }

    /** Has every run allocate the output of that name on {@code device}. */
    public void output(String name, Device device) {
        try (MemoryInfo memory = new MemoryInfo(api(), device);
                Holds holds = new Holds()) {
            api().call(OrtFunction.BIND_OUTPUT_TO_DEVICE, holds.on(this), name, holds.on(memory));
            outputNames.add(name);
        }
    }

    /** The outputs of the last run, which the caller closes. */
    public Outputs outputs() {
        try (Holds holds = new Holds()) {
            PointerByReference values = new PointerByReference();
            LongByReference count = new LongByReference();
            api().call(OrtFunction.GET_BOUND_OUTPUT_VALUES, holds.on(this), api().allocator(), values, count);
            int size = Math.toIntExact(count.getValue());
            if (size == 0) {
                return Outputs.of(api(), List.of(), new Pointer[0]);
            }
            try {
                return Outputs.of(
                        api(), List.copyOf(outputNames), values.getValue().getPointerArray(0, size));
            } finally {
                api().free(values.getValue());
            }
        }
    }

    /** Forgets all that is bound. */
    public void clear() {
        try (Holds holds = new Holds()) {
            Pointer binding = holds.on(this);
            api().release(OrtFunction.CLEAR_BOUND_INPUTS, binding);
            api().release(OrtFunction.CLEAR_BOUND_OUTPUTS, binding);
            outputNames.clear();
        }
    }

    Session session() {
        return session;
    }

    @Override
    void released() {
        needs.close();
    }
}
