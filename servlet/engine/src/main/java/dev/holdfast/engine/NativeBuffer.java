package dev.holdfast.engine;

import dev.holdfast.onnxruntime.OrtValue;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Native memory that one tensor after another lies in; grows to the largest and is freed when closed. One thread at a
 * time.
 */
final class NativeBuffer implements AutoCloseable {
    /** Also the least, so that an empty tensor has an address. */
    private static final long GRANULARITY_BYTES = 4096;

    private final IntFunction<TensorStorage> allocation;
    private @Nullable TensorStorage storage;

    /** @param allocation of memory of so many bytes, which is then this buffer's */
    NativeBuffer(IntFunction<TensorStorage> allocation) {
        this.allocation = allocation;
    }

    /**
     * Makes room; what was in it may be gone, and with it the memory of earlier tensors.
     *
     * @return whether the memory is another than before
     * @throws InferenceFailedException if that is more than a buffer can show (2 GiB)
     */
    boolean require(long sizeBytes) {
        if (sizeBytes > Integer.MAX_VALUE) {
            throw new InferenceFailedException(
                    "a tensor of " + sizeBytes + " bytes can't be computed here, where one has 2 GiB at most; ask for"
                            + " fewer rows, or have batches of fewer with max_batch_size",
                    null);
        }
        if (storage != null && sizeBytes <= storage.bytes().capacity()) {
            return false;
        }
        close();
        long rounded = (Math.max(1, sizeBytes) + GRANULARITY_BYTES - 1) / GRANULARITY_BYTES * GRANULARITY_BYTES;
        storage = allocation.apply((int) Math.min(rounded, Integer.MAX_VALUE));
        return true;
    }

    /** A tensor for runs over the beginning of the memory, which the caller closes before this. */
    OrtValue tensor(DataType type, Shape shape, long sizeBytes) {
        return room().tensor(type, shape, sizeBytes);
    }

    private TensorStorage room() {
        return Objects.requireNonNull(storage, "room was made");
    }

    /** The first {@code sizeBytes} of the memory. */
    ByteBuffer bytes(long sizeBytes) {
        ByteBuffer all = room().bytes();
        return all.slice(0, (int) sizeBytes).order(all.order());
    }

    /** Has the next run see what {@link #bytes} are now. */
    void send(long sizeBytes) {
        room().send(sizeBytes);
    }

    /** Has {@link #bytes} be what the last run wrote, after {@link RunQueue#await}. */
    void fetch(long sizeBytes) {
        room().fetch(sizeBytes);
    }

    @Override
    public void close() {
        if (storage != null) {
            storage.close();
            storage = null;
        }
    }
}
