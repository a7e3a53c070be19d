package dev.holdfast.memory.cuda;

import com.sun.jna.Native;
import dev.holdfast.memory.cuda.CudaUnavailableException.Reason;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.JCudaDriver;

/** One CUDA device as the driver describes it. Two with one UUID are equal. */
public final class CudaDevice {
    /** {@code cuda.h}, since CUDA 12.3; older drivers don't know it. */
    private static final int CU_DEVICE_ATTRIBUTE_MPS_ENABLED = 133;

    /** {@code cuda.h}; JCuda knows it by its former name. */
    private static final int CU_DEVICE_ATTRIBUTE_VIRTUAL_MEMORY_MANAGEMENT_SUPPORTED = 102;

    private final int ordinal;
    private final CUdevice handle;
    private final String uuid;
    private final String name;
    private final long totalBytes;

    private CudaDevice(int ordinal, CUdevice handle, String uuid, String name, long totalBytes) {
        this.ordinal = ordinal;
        this.handle = handle;
        this.uuid = uuid;
        this.name = name;
        this.totalBytes = totalBytes;
    }

    static CudaDevice at(int ordinal) {
        String what = "device " + ordinal;
        CUdevice handle = new CUdevice();
        DriverResult.check(JCudaDriver.cuDeviceGet(handle, ordinal), "cuDeviceGet", what);
        byte[] name = new byte[256];
        DriverResult.check(JCudaDriver.cuDeviceGetName(name, name.length, handle), "cuDeviceGetName", what);
        long[] total = new long[1];
        DriverResult.check(JCudaDriver.cuDeviceTotalMem(total, handle), "cuDeviceTotalMem", what);
        return new CudaDevice(
                ordinal, handle, uuid(ordinal), Native.toString(name, StandardCharsets.UTF_8.name()), total[0]);
    }

    private static String uuid(int ordinal) {
        byte[] bytes = new byte[16];
        DriverResult.check(
                DriverFunctions.loaded().cuDeviceGetUuid_v2(bytes, ordinal), "cuDeviceGetUuid_v2", "device " + ordinal);
        ByteBuffer halves = ByteBuffer.wrap(bytes);
        return "GPU-" + new UUID(halves.getLong(), halves.getLong());
    }

    /** Its place among the devices that this process sees; ONNX Runtime's {@code device_id}. */
    public int ordinal() {
        return ordinal;
    }

    /** Its UUID as {@code nvidia-smi -L} prints it; the same in every process. Of a MIG device not tested. */
    public String uuid() {
        return uuid;
    }

    /** The product's name, such as {@code NVIDIA H100 80GB HBM3}. */
    public String name() {
        return name;
    }

    /** The compute capability, such as {@code 9.0}. */
    public String computeCapability() {
        return attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR) + "."
                + attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR);
    }

    /** All of its memory, in bytes. */
    public long totalBytes() {
        return totalBytes;
    }

    /**
     * Its free memory now, in bytes. Where this process has no context on it, one is made for the question, and what
     * that takes (some 500 MiB) counts as used.
     *
     * @throws dev.holdfast.memory.NativeCallException if there is no room for the context
     */
    public long freeBytes() {
        try (DeviceContext context = DeviceContext.retain(this)) {
            return context.freeBytes();
        }
    }

    /** Whether its memory can be named by a POSIX descriptor, as {@link CudaArena} needs. */
    public boolean supportsDescriptors() {
        return attribute(CU_DEVICE_ATTRIBUTE_VIRTUAL_MEMORY_MANAGEMENT_SUPPORTED) == 1
                && attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR_SUPPORTED) == 1;
    }

    /** Whether its memory can be shared by legacy CUDA IPC: {@code cuIpcGetMemHandle} needs unified addressing. */
    public boolean supportsIpc() {
        return attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_UNIFIED_ADDRESSING) == 1;
    }

    /** Whether this process reaches it through NVIDIA MPS; false also for drivers before CUDA 12.3, which don't tell. */
    public boolean isUnderMps() {
        int[] value = new int[1];
        return JCudaDriver.cuDeviceGetAttribute(value, CU_DEVICE_ATTRIBUTE_MPS_ENABLED, handle) == DriverResult.SUCCESS
                && value[0] == 1;
    }

    /**
     * A hold on this process's context on the device. Creating and mapping arenas hold it themselves; whoever does
     * several such things one after another spares making it anew each time (some 150 ms) by holding it meanwhile.
     *
     * @return owned by the caller
     * @throws dev.holdfast.memory.NativeCallException if there is no room for the context
     */
    public DeviceContext context() {
        return DeviceContext.retain(this);
    }

    private int attribute(int attribute) {
        int[] value = new int[1];
        DriverResult.check(
                JCudaDriver.cuDeviceGetAttribute(value, attribute, handle), "cuDeviceGetAttribute", toString());
        return value[0];
    }

    void requireDescriptors() {
        if (!supportsDescriptors()) {
            throw new CudaUnavailableException(
                    Reason.NO_DESCRIPTORS,
                    this + " does not name its memory by descriptors, as Windows and some virtual machines don't;"
                            + " share it by CUDA IPC (--share cuda-ipc), or use host memory (--device cpu)");
        }
    }

    CUdevice handle() {
        return handle;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CudaDevice device && device.uuid.equals(uuid);
    }

    @Override
    public int hashCode() {
        return uuid.hashCode();
    }

    @Override
    public String toString() {
        return name + " (cuda:" + ordinal + ", " + uuid + ")";
    }
}
