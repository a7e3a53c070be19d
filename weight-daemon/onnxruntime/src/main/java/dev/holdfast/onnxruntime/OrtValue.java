package dev.holdfast.onnxruntime;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A tensor ({@code OrtValue}): over bytes that someone else owns, or over its own.
 *
 * <p>Elements lie densely, the last dimension fastest, in the machine's byte order. Any thread may use it, but nobody
 * may write the bytes while a run reads them.
 */
public final class OrtValue extends NativeObject {
    /** What the bytes belong to; kept from being collected. */
    @SuppressWarnings({"unused", "FieldCanBeLocal"})
    private final @Nullable Object backing;

    OrtValue(OrtApi api, Pointer handle, @Nullable Object backing) {
        super(api, handle, OrtFunction.RELEASE_VALUE);
        this.backing = backing;
    }

    /**
     * A tensor over bytes at an address, which are neither copied nor freed.
     *
     * @param device where the address is valid
     * @param address of the first element; must stay valid until this and every session given it are released
     * @param lengthBytes how many bytes are there; at least what type and shape need
     * @param elementType the number in {@code TensorProto.DataType}
     * @param shape dimensions, outermost first; empty for a scalar
     * @param backing what owns the bytes, kept strongly referenced; null if that is seen to elsewhere
     * @throws OnnxRuntimeException if the length is too small, the type unknown, or a dimension negative
     */
    public static OrtValue over(
            OnnxRuntime runtime,
            Device device,
            long address,
            long lengthBytes,
            int elementType,
            List<Long> shape,
            @Nullable Object backing) {
        OrtApi api = runtime.api();
        try (MemoryInfo memory = new MemoryInfo(api, device);
                Holds holds = new Holds()) {
            Pointer handle = api.create(
                    OrtFunction.CREATE_TENSOR_WITH_DATA_AS_ORT_VALUE,
                    holds.on(memory),
                    new Pointer(address),
                    lengthBytes,
                    dimensions(shape),
                    (long) shape.size(),
                    elementType);
            return new OrtValue(api, handle, backing);
        }
    }

    /**
     * A tensor over a direct buffer, from its position to its limit.
     *
     * @throws IllegalArgumentException if the buffer is not direct
     * @throws OnnxRuntimeException as for the other {@code over}
     */
    public static OrtValue over(OnnxRuntime runtime, ByteBuffer buffer, int elementType, List<Long> shape) {
        if (!buffer.isDirect()) {
            throw new IllegalArgumentException("a tensor needs a direct buffer: heap buffers move");
        }
        Pointer start = Native.getDirectBufferPointer(buffer.slice());
        return over(runtime, Device.CPU, Pointer.nativeValue(start), buffer.remaining(), elementType, shape, buffer);
    }

    /**
     * A new tensor in host memory of ONNX Runtime's; its bytes are undefined.
     *
     * @throws OnnxRuntimeException if the type is unknown, a dimension negative or memory short
     */
    public static OrtValue allocate(OnnxRuntime runtime, int elementType, List<Long> shape) {
        OrtApi api = runtime.api();
        Pointer handle = api.create(
                OrtFunction.CREATE_TENSOR_AS_ORT_VALUE,
                api.allocator(),
                dimensions(shape),
                (long) shape.size(),
                elementType);
        return new OrtValue(api, handle, null);
    }

    /**
     * A new tensor of strings, copied.
     *
     * @param values one array an element, of any content, zero bytes included
     * @param shape dimensions, outermost first; empty for a scalar
     * @throws IllegalArgumentException if there are not as many values as the shape has elements
     * @throws OnnxRuntimeException if a dimension is negative or memory short
     */
    public static OrtValue ofStrings(OnnxRuntime runtime, List<byte[]> values, List<Long> shape) {
        OrtValue value = allocate(runtime, StringElements.TYPE, shape);
        try (Holds holds = new Holds()) {
            StringElements.fill(runtime.api(), holds.on(value), values, shape);
            return value;
        } catch (RuntimeException e) {
            value.close();
            throw e;
        }
    }

    /**
     * The elements of a tensor of strings, copied.
     *
     * @throws OnnxRuntimeException if it is a tensor of something else
     */
    public List<byte[]> strings() {
        try (Holds holds = new Holds()) {
            long count = shape().stream().reduce(1L, Math::multiplyExact);
            return StringElements.read(api(), holds.on(this), Math.toIntExact(count));
        }
    }

    /** The number in {@code TensorProto.DataType}. */
    public int elementType() {
        return info().elementType();
    }

    /** Dimensions, outermost first; empty for a scalar. */
    public List<Long> shape() {
        return info().shape();
    }

    /** How many bytes the elements take. */
    public long sizeBytes() {
        try (Holds holds = new Holds()) {
            LongByReference size = new LongByReference();
            api().call(OrtFunction.GET_TENSOR_SIZE_IN_BYTES, holds.on(this), size);
            return size.getValue();
        }
    }

    /** Where the bytes live. */
    public Device device() {
        try (Holds holds = new Holds()) {
            return MemoryInfo.read(api(), api().create(OrtFunction.GET_TENSOR_MEMORY_INFO, holds.on(this)));
        }
    }

    /** The first element's address on {@link #device()}; valid until this is closed. */
    public long address() {
        try (Holds holds = new Holds()) {
            PointerByReference data = new PointerByReference();
            api().call(OrtFunction.GET_TENSOR_MUTABLE_DATA, holds.on(this), data);
            return Pointer.nativeValue(data.getValue());
        }
    }

    /**
     * The bytes themselves, in native order; the view must not be used once this is closed.
     *
     * @throws IllegalStateException if they live on a device, or are more than a buffer can show (2 GiB)
     */
    public ByteBuffer bytes() {
        long size = sizeBytes();
        Device device = device();
        if (!device.isHost() || size > Integer.MAX_VALUE) {
            throw new IllegalStateException(
                    size + " bytes on " + device + " can't be seen as one buffer; use address() instead");
        }
        if (size == 0) {
            return ByteBuffer.allocateDirect(0).order(ByteOrder.nativeOrder());
        }
        return new Pointer(address()).getByteBuffer(0, size).order(ByteOrder.nativeOrder());
    }

    private TensorInfo info() {
        try (Holds holds = new Holds()) {
            Pointer info = api().create(OrtFunction.GET_TENSOR_TYPE_AND_SHAPE, holds.on(this));
            try {
                return TensorInfo.read(api(), "", info);
            } finally {
                api().release(OrtFunction.RELEASE_TENSOR_TYPE_AND_SHAPE_INFO, info);
            }
        }
    }

    private static long[] dimensions(List<Long> shape) {
        // An empty array would become a null pointer, which the C API refuses even for a scalar.
        return shape.isEmpty()
                ? new long[1]
                : shape.stream().mapToLong(Long::longValue).toArray();
    }
}
