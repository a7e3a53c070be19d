package dev.holdfast.daemon.loader;

import dev.holdfast.memory.ArenaWriter;
import dev.holdfast.memory.SealedArena;
import dev.holdfast.memory.WeightArena;
import dev.holdfast.memory.cuda.CudaArena;
import dev.holdfast.memory.cuda.CudaCounter;
import dev.holdfast.memory.cuda.CudaDevice;
import dev.holdfast.memory.cuda.CudaDriver;
import dev.holdfast.memory.cuda.CudaIpcArena;
import dev.holdfast.memory.cuda.DeviceContext;
import dev.holdfast.onnxruntime.CudaSettings;
import dev.holdfast.onnxruntime.ExecutionProvider;
import java.io.IOException;
import java.util.Optional;

/** What a placement comes to in this process: memory to fill, and what computes on it. */
interface ArenaTarget {
    /** New memory of that size; see what makes each kind for what is thrown. */
    ArenaWriter create(String name, long sizeBytes) throws IOException;

    /** Spares making one for each thing that is done on a device, as long as the caller holds it; empty on the host. */
    default Optional<DeviceContext> context() {
        return Optional.empty();
    }

    /** A new counter beside it, from zero, for kinds that have one. The caller closes it. */
    default Optional<CudaCounter> createCounter() {
        return Optional.empty();
    }

    /** What graphs are optimised for. */
    ExecutionProvider provider();

    /** What other processes open an arena of this target by, where that is no descriptor and no file. */
    default Optional<String> handleOf(WeightArena arena) {
        return Optional.empty();
    }

    /**
     * An arena that another process owns.
     *
     * @param handle the owner's {@link #handleOf}
     * @throws UnsupportedOperationException if arenas of this target have none
     */
    default WeightArena open(String handle, long sizeBytes) {
        throw new UnsupportedOperationException("arenas of " + this + " have no handle");
    }

    /**
     * The target of a placement.
     *
     * @throws dev.holdfast.memory.cuda.CudaUnavailableException if it is on a device and this process does not see that
     */
    static ArenaTarget of(Placement placement) {
        return switch (placement.kind()) {
            case HOST -> new OnHost();
            case CUDA -> new OnCuda(CudaDriver.load().device(placement.device()));
            case CUDA_IPC -> new OnCudaIpc(CudaDriver.load().device(placement.device()));
        };
    }

    /** Host memory; the packed layout creates its own file. */
    record OnHost() implements ArenaTarget {
        @Override
        public ArenaWriter create(String name, long sizeBytes) throws IOException {
            return SealedArena.create(name, sizeBytes);
        }

        @Override
        public ExecutionProvider provider() {
            return ExecutionProvider.CPU;
        }
    }

    /** Memory of a CUDA device, however it is shared. */
    interface OnDevice extends ArenaTarget {
        /** Whose memory it is. */
        CudaDevice device();

        @Override
        default Optional<DeviceContext> context() {
            return Optional.of(device().context());
        }

        @Override
        default ExecutionProvider provider() {
            return CudaSettings.onDevice(device().ordinal()).provider();
        }
    }

    /** Memory of a CUDA device that lives by its descriptor. */
    record OnCuda(CudaDevice device) implements OnDevice {
        @Override
        public ArenaWriter create(String name, long sizeBytes) {
            return CudaArena.create(device, sizeBytes);
        }

        @Override
        public Optional<CudaCounter> createCounter() {
            return Optional.of(CudaCounter.create(device, 0));
        }
    }

    /** Memory of a CUDA device that this process goes on owning; without a counter, which would need an owner as well. */
    record OnCudaIpc(CudaDevice device) implements OnDevice {
        @Override
        public ArenaWriter create(String name, long sizeBytes) {
            return CudaIpcArena.create(device, sizeBytes);
        }

        @Override
        public Optional<String> handleOf(WeightArena arena) {
            return Optional.of(((CudaIpcArena) arena).handle());
        }

        @Override
        public WeightArena open(String handle, long sizeBytes) {
            return CudaIpcArena.of(handle, device.uuid(), sizeBytes);
        }
    }
}
