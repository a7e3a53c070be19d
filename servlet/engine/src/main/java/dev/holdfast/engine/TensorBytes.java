package dev.holdfast.engine;

import java.nio.ByteBuffer;
import java.util.List;

/** The bytes of elements of fixed width, whichever way they are given. */
final class TensorBytes {
    private TensorBytes() {}

    /** Views of the bytes in order, each with a position of its own; none for strings. */
    static List<ByteBuffer> of(TensorData data) {
        if (data instanceof Elements elements) {
            return List.of(elements.bytes());
        }
        return data instanceof Pieces pieces ? pieces.buffers() : List.of();
    }

    /** Puts all bytes into {@code target}. */
    static void copy(TensorData data, ByteBuffer target) {
        of(data).forEach(target::put);
    }
}
