package dev.holdfast.engine;

import dev.holdfast.onnxruntime.IoBinding;
import dev.holdfast.onnxruntime.OrtValue;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One output of an {@link Instance}. Where the batch dimension alone is open, the shape is known beforehand and the
 * output is written into memory that stays bound; otherwise ONNX Runtime allocates it in each run. One thread at a time.
 */
final class OutputSlot implements AutoCloseable {
    private final TensorMetadata declared;
    private final boolean foreseeable;
    private final NativeBuffer buffer;
    private @Nullable OrtValue bound;
    private @Nullable Shape boundShape;

    OutputSlot(TensorMetadata declared, boolean batches, NativeBuffer buffer) {
        this.declared = declared;
        this.foreseeable = batches && declared.type() != DataType.BYTES && hasFixedRows(declared.shape());
        this.buffer = buffer;
    }

    private static boolean hasFixedRows(Shape shape) {
        for (int i = 1; i < shape.rank(); i++) {
            if (shape.dimension(i) < 0) {
                return false;
            }
        }
        return true;
    }

    TensorMetadata declared() {
        return declared;
    }

    /** Whether the output of the next run lies in {@link #bytes} rather than in a value of ONNX Runtime's. */
    boolean isForeseeable() {
        return foreseeable;
    }

    /** Makes ready for a run. */
    void bind(IoBinding binding, long rows) {
        if (!foreseeable) {
            // Again for each run, or ONNX Runtime would write into the output of the last, of whatever shape.
            binding.output(declared.name());
            return;
        }
        Shape shape = declared.shape().withOutermost(rows);
        long sizeBytes = shape.elementCount() * declared.type().elementBytes();
        if (buffer.require(sizeBytes) || boundShape == null || !boundShape.equals(shape)) {
            unbound();
            OrtValue value = buffer.tensor(declared.type(), shape, sizeBytes);
            bound = value;
            binding.output(declared.name(), value);
            boundShape = shape;
        }
    }

    /** The shape that was bound. */
    Shape shape() {
        if (boundShape == null) {
            throw new IllegalStateException("output '" + declared.name() + "' is not bound");
        }
        return boundShape;
    }

    /** Has {@link #bytes} be what the last run wrote, after {@link RunQueue#await}. */
    void fetch() {
        if (foreseeable) {
            buffer.fetch(sizeBytes());
        }
    }

    /** What the last run wrote, for an output whose shape was known. */
    ByteBuffer bytes() {
        return buffer.bytes(sizeBytes());
    }

    private long sizeBytes() {
        return shape().elementCount() * declared.type().elementBytes();
    }

    /** Forgets what was bound, as after {@link IoBinding#clear}. */
    void unbound() {
        boundShape = null;
        if (bound != null) {
            bound.close();
            bound = null;
        }
    }

    @Override
    public void close() {
        unbound();
        buffer.close();
    }
}
