package dev.holdfast.engine;

import dev.holdfast.memory.ArenaKind;
import dev.holdfast.memory.cuda.CudaDriver;
import dev.holdfast.onnxruntime.CudaSettings;
import dev.holdfast.onnxruntime.Device;
import dev.holdfast.onnxruntime.OnnxRuntime;
import dev.holdfast.onnxruntime.Session;
import dev.holdfast.onnxruntime.SessionOptions;
import dev.holdfast.protocol.ArenaDescription;

/** What computes a version in this process: where its weights' addresses are valid, and what its runs need there. */
interface Processor {
    /** Where the weights are. */
    Device weights();

    /** Has sessions compute here. */
    void setUp(SessionOptions options);

    /** How many requests to warm a version up with that batches so many at most; see {@link WarmUp#run}. */
    int warmUpBatch(int largest);

    /** Memory for the inputs and outputs of a session's runs. The caller closes it. */
    TensorMemory memory(Session session, OnnxRuntime runtime);

    /**
     * The one for an arena.
     *
     * @throws dev.holdfast.memory.cuda.CudaUnavailableException if this process has no driver or does not see the device
     */
    static Processor of(ArenaDescription arena, CudaConfig config) {
        return arena.kind() == ArenaKind.HOST
                ? new Host()
                : new Cuda(CudaDriver.load().device(arena.device()).ordinal(), config);
    }

    /** The processor that the JVM runs on. */
    record Host() implements Processor {
        @Override
        public Device weights() {
            return Device.CPU;
        }

        @Override
        public void setUp(SessionOptions options) {
            // ONNX Runtime computes here unless told otherwise.
        }

        @Override
        public int warmUpBatch(int largest) {
            return 1;
        }

        @Override
        public TensorMemory memory(Session session, OnnxRuntime runtime) {
            return TensorMemory.onHost(runtime);
        }
    }

    /**
     * A CUDA device.
     *
     * @param ordinal its number in this process
     * @param config how it computes
     */
    record Cuda(int ordinal, CudaConfig config) implements Processor {
        @Override
        public Device weights() {
            return Device.cuda(ordinal);
        }

        @Override
        public void setUp(SessionOptions options) {
            // Patterns are kept for each batch size, and each makes the device's memory grow by a block of its own.
            options.disableMemoryPattern()
                    .provider(new CudaSettings(ordinal, config.tf32(), config.memoryLimitBytes()).provider());
        }

        @Override
        public int warmUpBatch(int largest) {
            return largest;
        }

        @Override
        public TensorMemory memory(Session session, OnnxRuntime runtime) {
            return TensorMemory.pinned(session, runtime, ordinal);
        }
    }
}
