package dev.holdfast.engine;

import dev.holdfast.memory.ArenaKind;
import dev.holdfast.memory.cuda.CudaDevice;
import dev.holdfast.memory.cuda.CudaDriver;
import dev.holdfast.memory.cuda.DeviceStream;
import dev.holdfast.onnxruntime.CudaSettings;
import dev.holdfast.onnxruntime.Device;
import dev.holdfast.protocol.ArenaDescription;
import java.util.OptionalLong;

/** What computes a version in this process: where its weights' addresses are valid, and what its runs need there. */
interface Processor {
    /** Where the weights are. */
    Device weights();

    /** A new one for a session's runs; the caller closes it. */
    RunQueue queue();

    /** Whether one session computes several runs at once; otherwise each instance has a session of its own. */
    boolean sharesSession();

    /** How many requests to warm a version up with that batches so many at most; see {@link WarmUp#run}. */
    int warmUpBatch(int largest);

    /**
     * The one for an arena.
     *
     * @throws dev.holdfast.memory.cuda.CudaUnavailableException if this process has no driver or does not see the device
     */
    static Processor of(ArenaDescription arena, CudaConfig config) {
        return arena.kind() == ArenaKind.HOST
                ? new Host()
                : new Cuda(CudaDriver.load().device(arena.device()), config);
    }

    /** The processor that the JVM runs on. */
    record Host() implements Processor {
        @Override
        public Device weights() {
            return Device.CPU;
        }

        @Override
        public RunQueue queue() {
            return new RunQueue.Direct();
        }

        @Override
        public boolean sharesSession() {
            return true;
        }

        @Override
        public int warmUpBatch(int largest) {
            return 1;
        }
    }

    /**
     * A CUDA device.
     *
     * @param config how it computes
     */
    record Cuda(CudaDevice device, CudaConfig config) implements Processor {
        @Override
        public Device weights() {
            return Device.cuda(device.ordinal());
        }

        @Override
        public RunQueue queue() {
            CudaSettings settings =
                    new CudaSettings(device.ordinal(), config.tf32(), config.memoryLimitBytes(), OptionalLong.empty());
            return new RunQueue.Streamed(DeviceStream.open(device), settings);
        }

        @Override
        public boolean sharesSession() {
            return false;
        }

        @Override
        public int warmUpBatch(int largest) {
            return largest;
        }
    }
}
