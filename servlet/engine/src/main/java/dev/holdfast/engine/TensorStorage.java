package dev.holdfast.engine;

import dev.holdfast.onnxruntime.OrtValue;
import java.nio.ByteBuffer;

/** Native memory of one size that a run reads or writes, and that this process fills or reads. One thread at a time. */
interface TensorStorage extends AutoCloseable {
    /** All of it, as this process sees it, in native byte order. */
    ByteBuffer bytes();

    /** A tensor for runs over its beginning, which the caller closes before this. */
    OrtValue tensor(DataType type, Shape shape, long sizeBytes);

    /** Has the next run see what the first {@link #bytes} are now. */
    void send(long sizeBytes);

    /** Has the first {@link #bytes} be what the last run wrote, after {@link RunQueue#await}. */
    void fetch(long sizeBytes);

    @Override
    void close();
}
