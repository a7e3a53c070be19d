package dev.holdfast.onnxruntime;

import com.sun.jna.Pointer;
import java.util.ArrayList;
import java.util.List;

/** Native objects in use: none of them is released before this is closed. One thread at a time. */
final class Holds implements AutoCloseable {
    private final List<NativeObject> held = new ArrayList<>();

    /** @throws IllegalStateException if {@code object} is closed */
    Pointer on(NativeObject object) {
        Pointer handle = object.hold();
        held.add(object);
        return handle;
    }

    @Override
    public void close() {
        RuntimeException failure = null;
        for (int i = held.size() - 1; i >= 0; i--) {
            try {
                held.get(i).unhold();
            } catch (RuntimeException e) {
                failure = e;
            }
        }
        held.clear();
        if (failure != null) {
            throw failure;
        }
    }
}
