package dev.holdfast.engine;

import dev.holdfast.onnxruntime.Allocator;
import dev.holdfast.onnxruntime.Binding;
import dev.holdfast.onnxruntime.Device;
import dev.holdfast.onnxruntime.FeedBinding;
import dev.holdfast.onnxruntime.IoBinding;
import dev.holdfast.onnxruntime.OnnxRuntime;
import dev.holdfast.onnxruntime.OrtValue;
import dev.holdfast.onnxruntime.Session;
import dev.holdfast.protocol.TensorType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Host memory that a session's runs read inputs from and write outputs to, and how they come by it. For a session on a
 * device it is page-locked, so that the device copies it by itself, on the run's own stream.
 *
 * <p>Any thread. Closed after all that was allocated from it.
 */
final class TensorMemory implements AutoCloseable {
    private final OnnxRuntime runtime;
    private final @Nullable Allocator pinned;

    private TensorMemory(OnnxRuntime runtime, @Nullable Allocator pinned) {
        this.runtime = runtime;
        this.pinned = pinned;
    }

    static TensorMemory onHost(OnnxRuntime runtime) {
        return new TensorMemory(runtime, null);
    }

    /** @throws dev.holdfast.onnxruntime.OnnxRuntimeException if the session is not on that device */
    static TensorMemory pinned(Session session, OnnxRuntime runtime, int ordinal) {
        return new TensorMemory(runtime, Allocator.of(session, Device.cudaPinned(ordinal)));
    }

    OnnxRuntime runtime() {
        return runtime;
    }

    /** New bytes, undefined, that the caller closes. */
    OrtValue allocate(long sizeBytes) {
        int type = TensorType.UINT8.onnxNumber();
        List<Long> shape = List.of(sizeBytes);
        return pinned == null ? OrtValue.allocate(runtime, type, shape) : pinned.allocate(type, shape);
    }

    /**
     * A tensor for runs to read or write, over bytes from {@link #allocate}, which the caller closes before them.
     *
     * <p>ONNX Runtime takes it for plain host memory, page-locked or not, so it copies between it and the device; the
     * driver knows better than ONNX Runtime how. Declared as {@code CudaPinned}, inputs would not be copied at all:
     * every block of a kernel would read them across the bus (6 ms instead of 1.3 for 16 rows of 40 kB on an H100), and
     * a run would let the device write an output there and then fail to copy it onto itself.
     */
    OrtValue tensor(OrtValue bytes, long address, long sizeBytes, DataType type, Shape shape) {
        int elementType = type.tensorType().onnxNumber();
        return OrtValue.over(runtime, Device.CPU, address, sizeBytes, elementType, shape.toList(), bytes);
    }

    /** A binding for runs over this memory. */
    Binding bind(Session session) {
        return pinned == null ? IoBinding.create(session) : FeedBinding.create(session);
    }

    @Override
    public void close() {
        if (pinned != null) {
            pinned.close();
        }
    }
}
