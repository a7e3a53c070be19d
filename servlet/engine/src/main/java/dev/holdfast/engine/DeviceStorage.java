package dev.holdfast.engine;

import dev.holdfast.memory.cuda.DeviceStream;
import dev.holdfast.memory.cuda.StagedMemory;
import dev.holdfast.onnxruntime.Device;
import dev.holdfast.onnxruntime.OnnxRuntime;
import dev.holdfast.onnxruntime.OrtValue;
import java.nio.ByteBuffer;

/** Memory of a device that runs use in place, with a page-locked copy of the host's; copied in the order of the runs. */
final class DeviceStorage implements TensorStorage {
    private final OnnxRuntime runtime;
    private final Device device;
    private final StagedMemory memory;

    /** @param stream of the runs; outlives this */
    DeviceStorage(OnnxRuntime runtime, Device device, DeviceStream stream, int sizeBytes) {
        this.runtime = runtime;
        this.device = device;
        this.memory = StagedMemory.allocate(stream, sizeBytes);
    }

    @Override
    public ByteBuffer bytes() {
        return memory.bytes();
    }

    @Override
    public OrtValue tensor(DataType type, Shape shape, long sizeBytes) {
        int elementType = type.tensorType().onnxNumber();
        return OrtValue.over(runtime, device, memory.deviceAddress(), sizeBytes, elementType, shape.toList(), memory);
    }

    @Override
    public void send(long sizeBytes) {
        memory.toDevice((int) sizeBytes);
    }

    @Override
    public void fetch(long sizeBytes) {
        memory.toHost((int) sizeBytes);
    }

    @Override
    public void close() {
        memory.close();
    }
}
