package dev.holdfast.memory.cuda;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import dev.holdfast.memory.NativeCallException;
import dev.holdfast.memory.cuda.CudaUnavailableException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * NVIDIA's management library (NVML), started until it is closed: tells what devices' memory is used for. It makes no CUDA
 * context and takes no device memory. One thread at a time.
 */
public final class Nvml implements AutoCloseable {
    private static final int SUCCESS = 0;
    private static final int NOT_SUPPORTED = 3;
    private static final int INSUFFICIENT_SIZE = 7;

    /** {@code NVML_VALUE_NOT_AVAILABLE}: all bits set. */
    private static final long NOT_AVAILABLE = -1;

    /** {@code NVML_DEVICE_NAME_V2_BUFFER_SIZE}. */
    private static final int NAME_BYTES = 96;

    private static final int MEMORY_BYTES = 24;
    private static final int FREE_OFFSET = 8;

    /** {@code nvmlProcessInfo_v2_t}: unsigned pid, unsigned long long used bytes, two unsigned ids of MIG instances. */
    private static final int PROCESS_BYTES = 24;

    private static final int USED_OFFSET = 8;
    private static final int USUAL_PROCESSES = 32;
    private static final int MOST_PROCESSES = 1 << 16;

    private final NvmlFunctions functions;

    private Nvml(NvmlFunctions functions) {
        this.functions = functions;
    }

    private interface ProcessList {
        int ask(Pointer device, IntByReference count, Pointer infos);
    }

    /**
     * The library of this machine's driver, started.
     *
     * @return closed by the caller
     * @throws CudaUnavailableException if it is not there
     * @throws NativeCallException if it does not start
     */
    public static Nvml open() {
        return open(NvmlFunctions.libraryName());
    }

    static Nvml open(String library) {
        try {
            Nvml nvml = new Nvml(Native.load(library, NvmlFunctions.class));
            nvml.check(nvml.functions.nvmlInit_v2(), "nvmlInit_v2", "the driver");
            return nvml;
        } catch (UnsatisfiedLinkError e) {
            throw new CudaUnavailableException(
                    Reason.DRIVER_MISSING,
                    "NVML is not here: " + library + " can't be loaded ("
                            + LoadFailure.reason(e, library)
                            + "); NVIDIA's driver brings it, in a container its capability 'utility'"
                            + " (NVIDIA_DRIVER_CAPABILITIES)",
                    e);
        }
    }

    /**
     * What the memory of a device is used for now.
     *
     * @param uuid as {@code nvidia-smi -L} prints it
     * @throws NativeCallException if NVML does not know that device, or fails
     */
    public DeviceMemoryUse use(String uuid) {
        String what = "device " + uuid;
        PointerByReference handle = new PointerByReference();
        check(functions.nvmlDeviceGetHandleByUUID(uuid, handle), "nvmlDeviceGetHandleByUUID", what);
        Pointer device = handle.getValue();
        byte[] name = new byte[NAME_BYTES];
        check(functions.nvmlDeviceGetName(device, name, NAME_BYTES), "nvmlDeviceGetName", what);
        Memory memory = new Memory(MEMORY_BYTES);
        check(functions.nvmlDeviceGetMemoryInfo(device, memory), "nvmlDeviceGetMemoryInfo", what);
        Map<Long, Optional<Long>> processes = Map.of();
        Optional<String> problem = Optional.empty();
        try {
            processes = processes(device, what);
        } catch (NativeCallException e) {
            problem = Optional.of(String.valueOf(e.getMessage()));
        }
        return new DeviceMemoryUse(
                Native.toString(name, StandardCharsets.UTF_8.name()),
                memory.getLong(0),
                memory.getLong(FREE_OFFSET),
                processes,
                problem);
    }

    private Map<Long, Optional<Long>> processes(Pointer device, String what) {
        Map<Long, Optional<Long>> all = new TreeMap<>(list(
                functions::nvmlDeviceGetComputeRunningProcesses_v3,
                device,
                "nvmlDeviceGetComputeRunningProcesses_v3",
                what));
        try {
            list(
                            functions::nvmlDeviceGetMPSComputeRunningProcesses_v3,
                            device,
                            "nvmlDeviceGetMPSComputeRunningProcesses_v3",
                            what)
                    .forEach(all::putIfAbsent);
        } catch (NativeCallException e) {
            if (e.code() != NOT_SUPPORTED) {
                throw e;
            }
            // There is no MPS on such a device, and so it has no clients.
        }
        return all;
    }

    /** Asks with more room as long as there is too little; processes may start meanwhile. */
    private Map<Long, Optional<Long>> list(ProcessList list, Pointer device, String call, String what) {
        int room = USUAL_PROCESSES;
        while (true) {
            Memory infos = new Memory((long) room * PROCESS_BYTES);
            IntByReference count = new IntByReference(room);
            int result = list.ask(device, count, infos);
            if (result != INSUFFICIENT_SIZE || room >= MOST_PROCESSES) {
                check(result, call, what);
                return read(infos, count.getValue());
            }
            room = Math.min(MOST_PROCESSES, 2 * Math.max(room, count.getValue()));
        }
    }

    /** A process may be there once for each MIG instance that it uses. */
    private static Map<Long, Optional<Long>> read(Memory infos, int count) {
        Map<Long, Optional<Long>> processes = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            long at = (long) i * PROCESS_BYTES;
            long used = infos.getLong(at + USED_OFFSET);
            processes.merge(
                    Integer.toUnsignedLong(infos.getInt(at)),
                    used == NOT_AVAILABLE ? Optional.empty() : Optional.of(used),
                    (one, other) -> one.flatMap(bytes -> other.map(more -> bytes + more)));
        }
        return processes;
    }

    private void check(int result, String call, String what) {
        if (result != SUCCESS) {
            throw NativeCallException.ofDriver(call, functions.nvmlErrorString(result), result, what);
        }
    }

    /** Ends NVML, unless someone else in this process has it started as well. */
    @Override
    public void close() {
        check(functions.nvmlShutdown(), "nvmlShutdown", "the driver");
    }
}
