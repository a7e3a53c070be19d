package dev.holdfast.memory.cuda;

import com.sun.jna.Library;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;

/**
 * Functions of NVIDIA's management library as {@code nvml.h} declares them; drivers of CUDA 12.0 and later have all.
 * {@code nvmlDevice_t} is a pointer; {@code nvmlReturn_t} an {@code int}.
 */
interface NvmlFunctions extends Library {
    int nvmlInit_v2();

    int nvmlShutdown();

    String nvmlErrorString(int result);

    int nvmlDeviceGetHandleByUUID(String uuid, PointerByReference device);

    int nvmlDeviceGetName(Pointer device, byte[] name, int length);

    /** {@code memory} is a {@code nvmlMemory_t}: total, free and used bytes, each an {@code unsigned long long}. */
    int nvmlDeviceGetMemoryInfo(Pointer device, Pointer memory);

    /**
     * {@code count} goes in as the room in {@code infos}, an array of {@code nvmlProcessInfo_v2_t}, and comes out as the
     * number of processes.
     */
    int nvmlDeviceGetComputeRunningProcesses_v3(Pointer device, IntByReference count, Pointer infos);

    /** The same of the clients of NVIDIA MPS. */
    int nvmlDeviceGetMPSComputeRunningProcesses_v3(Pointer device, IntByReference count, Pointer infos);

    /** The library, which comes with the driver. */
    static String libraryName() {
        return Platform.isWindows() ? "nvml" : "libnvidia-ml.so.1";
    }
}
