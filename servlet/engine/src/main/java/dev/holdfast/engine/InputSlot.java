package dev.holdfast.engine;

import dev.holdfast.onnxruntime.Binding;
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
    private final TensorMemory memory;
    private final TensorMetadata declared;
    private final NativeBuffer buffer;
    private @Nullable OrtValue bound;
    private @Nullable Shape boundShape;

    InputSlot(TensorMemory memory, TensorMetadata declared) {
        this.memory = memory;
        this.declared = declared;
        this.buffer = new NativeBuffer(memory);
    }

    /** Puts the parts behind one another, as one tensor of {@code shape}, and binds it. */
    void put(Binding binding, Shape shape, List<TensorData> parts) {
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
    }

    private void putStrings(Binding binding, Shape shape, List<TensorData> parts) {
        List<byte[]> values = new ArrayList<>();
        for (TensorData part : parts) {
            if (part instanceof Strings strings) {
                values.addAll(strings.values());
            }
        }
        bind(binding, shape, OrtValue.ofStrings(memory.runtime(), values, shape.toList()));
    }

    private void bind(Binding binding, Shape shape, OrtValue value) {
        unbound();
        bound = value;
        binding.input(declared.name(), value);
        boundShape = shape;
    }

    /** Forgets what was bound, as after {@link Binding#clear}. */
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
