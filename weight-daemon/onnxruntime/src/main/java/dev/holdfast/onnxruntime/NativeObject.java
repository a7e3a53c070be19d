package dev.holdfast.onnxruntime;

import com.sun.jna.Pointer;

/**
 * The one owner of a native object.
 *
 * <p>Whoever uses the object holds it meanwhile ({@link Holds}); closing ends further use at once and releases the
 * object when the last hold ends. So no thread ever sees a released object, and closing never waits.
 */
abstract class NativeObject implements AutoCloseable {
    private final OrtApi api;
    private final OrtFunction release;
    private final Pointer handle;
    private int holds;
    private boolean closed;

    NativeObject(OrtApi api, Pointer handle, OrtFunction release) {
        this.api = api;
        this.handle = handle;
        this.release = release;
    }

    final OrtApi api() {
        return api;
    }

    /** The object; the caller calls {@link #unhold} exactly once. */
    final synchronized Pointer hold() {
        if (closed) {
            throw new IllegalStateException(getClass().getSimpleName() + " is closed");
        }
        holds++;
        return handle;
    }

    final void unhold() {
        boolean last;
        synchronized (this) {
            holds--;
            last = closed && holds == 0;
        }
        if (last) {
            release();
        }
    }

    /** Ends use of the object; it is released now, or when the last call in progress on it ends. Repeats do nothing. */
    @Override
    public final void close() {
        boolean last;
        synchronized (this) {
            last = !closed && holds == 0;
            closed = true;
        }
        if (last) {
            release();
        }
    }

    private void release() {
        try {
            api.release(release, handle);
        } finally {
            released();
        }
    }

    /** Called once, after the native object is gone: lets go of what it needed. */
    void released() {}
}
