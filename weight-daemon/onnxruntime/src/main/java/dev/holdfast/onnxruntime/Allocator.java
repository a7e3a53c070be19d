package dev.holdfast.onnxruntime;

import com.sun.jna.Pointer;
import java.util.OptionalLong;

/**
 * A session's own memory of one kind ({@code OrtAllocator}). Any thread; it keeps the session from being released.
 */
public final class Allocator extends NativeObject {
    /** Of {@code AllocatorStats} in {@code core/framework/allocator_stats.h}: bytes that are allocated now. */
    private static final String IN_USE = "InUse";

    private final Holds needs;

    private Allocator(Session session, Pointer handle, Holds needs) {
        super(session.api(), handle, OrtFunction.RELEASE_ALLOCATOR);
        this.needs = needs;
    }

    /**
     * The session's allocator for {@code device}.
     *
     * @throws OnnxRuntimeException if the session has none there
     */
    public static Allocator of(Session session, Device device) {
        Holds needs = new Holds();
        try (MemoryInfo memory = new MemoryInfo(session.api(), device);
                Holds holds = new Holds()) {
            Pointer handle = session.api().create(OrtFunction.CREATE_ALLOCATOR, needs.on(session), holds.on(memory));
            return new Allocator(session, handle, needs);
        } catch (RuntimeException e) {
            needs.close();
            throw e;
        }
    }

    /** Bytes that are allocated now; empty if this kind of memory is not counted. */
    public OptionalLong bytesInUse() {
        try (Holds holds = new Holds()) {
            Pointer stats = api().create(OrtFunction.ALLOCATOR_GET_STATS, holds.on(this));
            try {
                Pointer text = api().look(OrtFunction.GET_KEY_VALUE, stats, IN_USE);
                return text == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(NativeText.read(text)));
            } finally {
                api().release(OrtFunction.RELEASE_KEY_VALUE_PAIRS, stats);
            }
        }
    }

    @Override
    void released() {
        needs.close();
    }
}
