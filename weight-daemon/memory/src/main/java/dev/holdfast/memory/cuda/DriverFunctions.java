package dev.holdfast.memory.cuda;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import com.sun.jna.Structure.FieldOrder;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;

/**
 * The driver's functions that JCuda 12.6 passes wrong arguments to or lacks, those beside them, and those whose results it
 * hides (addresses, bytes of handles), as {@code cuda.h}
 * declares them on 64-bit platforms. {@code size_t}, {@code CUdeviceptr} and {@code CUmemGenericAllocationHandle} are
 * all 64-bit integers.
 */
interface DriverFunctions extends Library {
    int cuDriverGetVersion(IntByReference version);

    int cuGetErrorName(int code, PointerByReference name);

    /** Since CUDA 11.4; of a MIG device, unlike the first, its own. */
    int cuDeviceGetUuid_v2(byte[] uuid, int device);

    int cuMemGetAllocationGranularity(LongByReference granularityBytes, Pointer properties, int option);

    int cuMemCreate(LongByReference handle, long sizeBytes, Pointer properties, long flags);

    int cuMemRelease(long handle);

    int cuMemExportToShareableHandle(IntByReference descriptor, long handle, int type, long flags);

    /** {@code descriptor} is the number itself, passed as if it were a pointer. */
    int cuMemImportFromShareableHandle(LongByReference handle, Pointer descriptor, int type);

    int cuMemAddressReserve(LongByReference address, long sizeBytes, long alignmentBytes, long wanted, long flags);

    int cuMemAddressFree(long address, long sizeBytes);

    int cuMemMap(long address, long sizeBytes, long offsetBytes, long handle, long flags);

    int cuMemUnmap(long address, long sizeBytes);

    int cuMemAlloc_v2(LongByReference address, long sizeBytes);

    int cuMemFree_v2(long address);

    int cuIpcGetMemHandle(Pointer handle, long address);

    int cuIpcOpenMemHandle_v2(LongByReference address, IpcHandle handle, int flags);

    int cuIpcCloseMemHandle(long address);

    int cuMemSetAccess(long address, long sizeBytes, Pointer descriptors, long count);

    /** {@code CUipcMemHandle}: bytes that only the driver can read; passed by value. */
    @FieldOrder("reserved")
    class IpcHandle extends Structure implements Structure.ByValue {
        static final int BYTES = 64;

        /** The bytes. */
        public byte[] reserved = new byte[BYTES];

        static IpcHandle of(byte[] bytes) {
            IpcHandle handle = new IpcHandle();
            System.arraycopy(bytes, 0, handle.reserved, 0, BYTES);
            return handle;
        }
    }

    /** The driver's library, which comes with the driver and not with the toolkit. */
    static String libraryName() {
        return Platform.isWindows() ? "nvcuda" : "libcuda.so.1";
    }

    /**
     * The bound functions, loaded when first used.
     *
     * @throws CudaUnavailableException if the library is not there
     */
    static DriverFunctions loaded() {
        try {
            return Loaded.FUNCTIONS;
        } catch (LinkageError e) {
            throw new CudaUnavailableException(
                    CudaUnavailableException.Reason.DRIVER_MISSING,
                    "no CUDA driver: " + libraryName() + " can't be loaded (" + LoadFailure.reason(e, libraryName())
                            + "); install the NVIDIA driver, in a container run it with the GPU (docker run --gpus all),"
                            + " or use host memory (--device cpu)",
                    e);
        }
    }

    /** Its class initialisation is the loading. */
    final class Loaded {
        private static final DriverFunctions FUNCTIONS = load();

        private Loaded() {}

        private static DriverFunctions load() {
            if (!Platform.is64Bit() || Platform.isMac()) {
                throw new UnsatisfiedLinkError(
                        "this is " + System.getProperty("os.name") + " on " + System.getProperty("os.arch"));
            }
            return Native.load(libraryName(), DriverFunctions.class);
        }
    }
}
