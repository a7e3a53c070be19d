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
    private final Device device;
    private final @Nullable Allocator pinned;

    private TensorMemory(OnnxRuntime runtime, Device device, @Nullable Allocator pinned) {
        this.runtime = runtime;
        this.device = device;
        this.pinned = pinned;
    }

    static TensorMemory onHost(OnnxRuntime runtime) {
        return new TensorMemory(runtime, Device.CPU, null);
    }

    /** @throws dev.holdfast.onnxruntime.OnnxRuntimeException if the session is not on that device */
    static TensorMemory pinned(Session session, OnnxRuntime runtime, int ordinal) {
        Device device = Device.cudaPinned(ordinal);
        return new TensorMemory(runtime, device, Allocator.of(session, device));
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

    /** A tensor for runs to read, over bytes from {@link #allocate}, which the caller closes before them. */
    OrtValue source(OrtValue bytes, long address, long sizeBytes, DataType type, Shape shape) {
        return over(device, bytes, address, sizeBytes, type, shape);
    }

    /**
     * A tensor for runs to write, likewise. ONNX Runtime takes it for plain host memory: a run that is given page-locked
     * memory to write to lets the device write there, and then fails to copy the output onto itself.
     */
    OrtValue target(OrtValue bytes, long address, long sizeBytes, DataType type, Shape shape) {
        return over(Device.CPU, bytes, address, sizeBytes, type, shape);
    }

    private OrtValue over(Device on, OrtValue bytes, long address, long sizeBytes, DataType type, Shape shape) {
        return OrtValue.over(runtime, on, address, sizeBytes, type.tensorType().onnxNumber(), shape.toList(), bytes);
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
