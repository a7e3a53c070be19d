package dev.holdfast.bench.http;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReference;

/** Whether an answer's body is right; called for complete answers with status 2xx, on several threads. */
@FunctionalInterface
public interface AnswerCheck {
    /** Whatever it is. */
    AnswerCheck ANY = new AnswerCheck() {
        @Override
        public boolean accepts(ByteBuffer body) {
            return true;
        }

        @Override
        public boolean needsBody() {
            return false;
        }
    };

    /**
     * Whether this one is right.
     *
     * @param body from position to limit, without chunk framing; only valid during the call
     */
    boolean accepts(ByteBuffer body);

    /** Whether bodies must be kept at all; if not, {@link #accepts} gets an empty one. */
    default boolean needsBody() {
        return true;
    }

    /** Whether every body equals the first one, whichever connection that came on. */
    static AnswerCheck sameAsFirst() {
        AtomicReference<ByteBuffer> first = new AtomicReference<>();
        return body -> {
            if (first.get() == null) {
                ByteBuffer copy = ByteBuffer.allocate(body.remaining());
                copy.put(body.duplicate()).flip();
                first.compareAndSet(null, copy);
            }
            return body.equals(first.get());
        };
    }
}
