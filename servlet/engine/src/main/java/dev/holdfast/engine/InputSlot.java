package dev.holdfast.engine;

import dev.holdfast.onnxruntime.IoBinding;
import dev.holdfast.onnxruntime.OnnxRuntime;
import dev.holdfast.onnxruntime.OrtValue;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One input of an {@link Instance}: its memory, and the tensor bound over it, which stays bound as long as shapes stay
 * the same. One thread at a time.
 */
final class InputSlot implements AutoCloseable {
    private final OnnxRuntime runtime;
    private final TensorMetadata declared;
    private final NativeBuffer buffer;
    private @Nullable OrtValue bound;
    private @Nullable Shape boundShape;

    InputSlot(OnnxRuntime runtime, TensorMetadata declared, NativeBuffer buffer) {
        this.runtime = runtime;
        this.declared = declared;
        this.buffer = buffer;
    }

    /** Puts the parts behind one another, as one tensor of {@code shape}, and binds it. */
    void put(IoBinding binding, Shape shape, List<TensorData> parts) {
        if (declared.type() == DataType.BYTES) {
            putStrings(binding, shape, parts);
            return;
        }
        long sizeBytes = shape.elementCount() * declared.type().elementBytes();
        boolean moved = buffer.require(sizeBytes);
        if (moved || boundShape == null || !boundShape.equals(shape)) {
            bind(binding, shape, buffer.tensor(declared.type(), shape, sizeBytes));
        }
        ByteBuffer target = buffer.bytes(sizeBytes);
        parts.forEach(part -> TensorBytes.copy(part, target));
        buffer.send(sizeBytes);
    }

    private void putStrings(IoBinding binding, Shape shape, List<TensorData> parts) {
        List<byte[]> values = new ArrayList<>();
        for (TensorData part : parts) {
            if (part instanceof Strings strings) {
                values.addAll(strings.values());
            }
        }
        bind(binding, shape, OrtValue.ofStrings(runtime, values, shape.toList()));
    }

    private void bind(IoBinding binding, Shape shape, OrtValue value) {
        unbound();
        bound = value;
        binding.input(declared.name(), value);
        boundShape = shape;
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
