package dev.holdfast.daemon.loader;

import dev.holdfast.memory.ArenaKind;
import dev.holdfast.memory.ArenaWriter;
import dev.holdfast.memory.SealedArena;
import dev.holdfast.memory.cuda.CudaArena;
import dev.holdfast.memory.cuda.CudaCounter;
import dev.holdfast.memory.cuda.CudaDevice;
import dev.holdfast.memory.cuda.CudaDriver;
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
    Optional<DeviceContext> context();

    /** A new counter beside it, from zero, for kinds that have one. The caller closes it. */
    Optional<CudaCounter> createCounter();

    /** What graphs are optimised for. */
    ExecutionProvider provider();

    /**
     * The target of a placement.
     *
     * @throws dev.holdfast.memory.cuda.CudaUnavailableException if it is on a device and this process does not see that
     */
    static ArenaTarget of(Placement placement) {
        return placement.kind() == ArenaKind.HOST
                ? new OnHost()
                : new OnCuda(CudaDriver.load().device(placement.device()));
    }

    /** Host memory; the packed layout creates its own file. */
    record OnHost() implements ArenaTarget {
        @Override
        public ArenaWriter create(String name, long sizeBytes) throws IOException {
            return SealedArena.create(name, sizeBytes);
        }

        @Override
        public Optional<DeviceContext> context() {
            return Optional.empty();
        }

        @Override
        public Optional<CudaCounter> createCounter() {
            return Optional.empty();
        }

        @Override
        public ExecutionProvider provider() {
            return ExecutionProvider.CPU;
        }
    }

    /** Memory of a CUDA device. */
    record OnCuda(CudaDevice device) implements ArenaTarget {
        @Override
        public ArenaWriter create(String name, long sizeBytes) {
            return CudaArena.create(device, sizeBytes);
        }

        @Override
        public Optional<DeviceContext> context() {
            return Optional.of(device.context());
        }

        @Override
        public Optional<CudaCounter> createCounter() {
            return Optional.of(CudaCounter.create(device, 0));
        }

        @Override
        public ExecutionProvider provider() {
            return CudaSettings.onDevice(device.ordinal()).provider();
        }
    }
}
