package dev.holdfast.memory.cuda;

import com.sun.jna.Memory;
import com.sun.jna.ptr.LongByReference;
import dev.holdfast.memory.ArenaException;
import dev.holdfast.memory.OwnedParts;
import dev.holdfast.memory.cuda.DriverFunctions.IpcHandle;
import java.util.concurrent.atomic.AtomicBoolean;

/** Device memory shared by a legacy IPC handle, seen from its owner or from another process; gone with the last hold. */
final class IpcMemory {
    /** {@code cuda.h}: {@code CU_IPC_MEM_LAZY_ENABLE_PEER_ACCESS}, the only flag there is. */
    private static final int LAZY_ENABLE_PEER_ACCESS = 1;

    private final byte[] handle;
    private final String deviceUuid;
    /** What the owner allocated; empty in other processes. */
    private final OwnedParts owned;
    /** In the owner; 0 in other processes. */
    private final long ownAddress;

    private int holds;

    private IpcMemory(byte[] handle, String deviceUuid, OwnedParts owned, long ownAddress) {
        this.handle = handle;
        this.deviceUuid = deviceUuid;
        this.owned = owned;
        this.ownAddress = ownAddress;
    }

    /** @param parts the allocation and its context */
    static IpcMemory own(OwnedParts parts, DeviceContext context, long address) {
        Memory handle = new Memory(IpcHandle.BYTES);
        DriverResult.check(
                context.call(() -> DriverFunctions.loaded().cuIpcGetMemHandle(handle, address)),
                "cuIpcGetMemHandle",
                context.device().toString());
        return new IpcMemory(
                handle.getByteArray(0, IpcHandle.BYTES), context.device().uuid(), parts.handOver(), address);
    }

    static IpcMemory ofOther(byte[] handle, String deviceUuid) {
        return new IpcMemory(handle, deviceUuid, new OwnedParts(), 0);
    }

    byte[] handle() {
        return handle.clone();
    }

    CudaMapping map(long sizeBytes, String what) {
        try (OwnedParts parts = new OwnedParts()) {
            DeviceContext context =
                    parts.add(DeviceContext.retain(CudaDriver.load().device(deviceUuid)));
            long address = ownAddress;
            if (address == 0) {
                address = open(context);
                long opened = address;
                parts.add(() -> DriverResult.check(
                        context.call(() -> DriverFunctions.loaded().cuIpcCloseMemHandle(opened)),
                        "cuIpcCloseMemHandle",
                        what));
            }
            parts.add(hold());
            return new CudaMapping(context, parts.handOver(), address, sizeBytes, what);
        }
    }

    /** The driver counts the opens of a handle in one process, and gives each the same address. */
    private long open(DeviceContext context) {
        LongByReference address = new LongByReference();
        int result = context.call(() ->
                DriverFunctions.loaded().cuIpcOpenMemHandle_v2(address, IpcHandle.of(handle), LAZY_ENABLE_PEER_ACCESS));
        DriverResult.checkMemory(result, "cuIpcOpenMemHandle", "memory of " + context.device());
        if (result != DriverResult.SUCCESS) {
            throw new ArenaException("can't open memory of " + context.device() + " by CUDA IPC: "
                    + DriverResult.name(result) + "; its owner has ended, or the handle is not its: load it again");
        }
        return address.getValue();
    }

    synchronized Hold hold() {
        holds++;
        return new Hold();
    }

    private synchronized void release() {
        holds--;
        if (holds == 0) {
            owned.close();
        }
    }

    /** One of those that keep the memory. */
    final class Hold implements AutoCloseable {
        private final AtomicBoolean open = new AtomicBoolean(true);

        private Hold() {}

        void require(String what) {
            if (!open.get()) {
                throw new IllegalStateException(what + " is closed");
            }
        }

        @Override
        public void close() {
            if (open.getAndSet(false)) {
                release();
            }
        }
    }
}
