package dev.holdfast.engine;

import dev.holdfast.onnxruntime.OrtValue;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Native memory that one tensor after another lies in; grows to the largest and is freed when closed. One thread at a
 * time.
 */
final class NativeBuffer implements AutoCloseable {
    /** Also the least, so that an empty tensor has an address. */
    private static final long GRANULARITY_BYTES = 4096;

    private final TensorMemory memory;
    private @Nullable OrtValue storage;
    private ByteBuffer bytes = ByteBuffer.allocate(0);
    private long address;

    NativeBuffer(TensorMemory memory) {
        this.memory = memory;
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
        if (storage != null && sizeBytes <= bytes.capacity()) {
            return false;
        }
        close();
        long rounded = (Math.max(1, sizeBytes) + GRANULARITY_BYTES - 1) / GRANULARITY_BYTES * GRANULARITY_BYTES;
        OrtValue grown = memory.allocate(Math.min(rounded, Integer.MAX_VALUE));
        storage = grown;
        bytes = grown.bytes().order(ByteOrder.nativeOrder());
        address = grown.address();
        return true;
    }

    /** A tensor for runs over the beginning of the memory, which the caller closes before this. */
    OrtValue tensor(DataType type, Shape shape, long sizeBytes) {
        return memory.tensor(requireRoom(), address, sizeBytes, type, shape);
    }

    private OrtValue requireRoom() {
        return Objects.requireNonNull(storage, "room was made");
    }

    /** The first {@code sizeBytes} of the memory. */
    ByteBuffer bytes(long sizeBytes) {
        return bytes.slice(0, (int) sizeBytes);
    }

    @Override
    public void close() {
        if (storage != null) {
            storage.close();
            storage = null;
        }
    }
}
