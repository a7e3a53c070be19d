package dev.holdfast.engine;

import dev.holdfast.onnxruntime.Device;
import dev.holdfast.onnxruntime.OnnxRuntime;
import dev.holdfast.onnxruntime.OrtValue;
import dev.holdfast.protocol.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Memory that runs use in place. */
final class HostStorage implements TensorStorage {
    private final OnnxRuntime runtime;
    private final OrtValue storage;
    private final ByteBuffer bytes;

    HostStorage(OnnxRuntime runtime, int sizeBytes) {
        this.runtime = runtime;
        this.storage = OrtValue.allocate(runtime, TensorType.UINT8.onnxNumber(), List.of((long) sizeBytes));
        this.bytes = storage.bytes().order(ByteOrder.nativeOrder());
    }

    @Override
    public ByteBuffer bytes() {
        return bytes;
    }

    @Override
    public OrtValue tensor(DataType type, Shape shape, long sizeBytes) {
        int elementType = type.tensorType().onnxNumber();
        return OrtValue.over(runtime, Device.CPU, storage.address(), sizeBytes, elementType, shape.toList(), storage);
    }

    @Override
    public void send(long sizeBytes) {
        // The run reads the very bytes.
    }

    @Override
    public void fetch(long sizeBytes) {
        // The run wrote the very bytes.
    }

    @Override
    public void close() {
        storage.close();
    }
}
