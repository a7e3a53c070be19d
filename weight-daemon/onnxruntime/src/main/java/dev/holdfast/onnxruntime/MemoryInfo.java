package dev.holdfast.onnxruntime;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;

/** A {@link Device} as the C API takes it, {@code OrtMemoryInfo}; the library copies it wherever it is passed. */
final class MemoryInfo extends NativeObject {
    /** {@code OrtDeviceAllocator} of {@code enum OrtAllocatorType}. */
    private static final int DEVICE_ALLOCATOR = 0;
    /** {@code OrtMemTypeDefault} of {@code enum OrtMemType}. */
    private static final int DEFAULT_MEMORY = 0;

    /** @throws OnnxRuntimeException if ONNX Runtime knows no such device */
    MemoryInfo(OrtApi api, Device device) {
        super(
                api,
                api.create(
                        OrtFunction.CREATE_MEMORY_INFO, device.name(), DEVICE_ALLOCATOR, device.id(), DEFAULT_MEMORY),
                OrtFunction.RELEASE_MEMORY_INFO);
    }

    /** What an {@code OrtMemoryInfo} that belongs to another object says. */
    static Device read(OrtApi api, Pointer memory) {
        Pointer name = api.create(OrtFunction.MEMORY_INFO_GET_NAME, memory);
        IntByReference id = new IntByReference();
        api.call(OrtFunction.MEMORY_INFO_GET_ID, memory, id);
        return new Device(NativeText.read(name), id.getValue());
    }
}
