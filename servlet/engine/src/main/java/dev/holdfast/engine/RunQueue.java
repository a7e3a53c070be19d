package dev.holdfast.engine;

import dev.holdfast.memory.cuda.DeviceStream;
import dev.holdfast.onnxruntime.CudaSettings;
import dev.holdfast.onnxruntime.Device;
import dev.holdfast.onnxruntime.OnnxRuntime;
import dev.holdfast.onnxruntime.RunOptions;
import dev.holdfast.onnxruntime.SessionOptions;
import java.util.Optional;

/**
 * What the runs of a session are given to, and the memory for what they read and write. On a device it is one stream: the
 * copies of inputs, the run, the counter and the copies of outputs follow one another there, and this process waits once.
 */
interface RunQueue extends AutoCloseable {
    /** Has sessions that are opened with these options use it. */
    void setUp(SessionOptions options);

    /** Options for runs, which the caller closes. */
    RunOptions runOptions(OnnxRuntime runtime);

    /**
     * Memory for one tensor, which the caller closes before the session.
     *
     * @param place where the session reads or writes it
     */
    TensorStorage allocate(OnnxRuntime runtime, Device place, int sizeBytes);

    /**
     * Waits until all that was given to it is done.
     *
     * @throws dev.holdfast.memory.NativeCallException if a device failed at it
     */
    void await();

    /** That of a device. */
    Optional<DeviceStream> stream();

    @Override
    void close();

    /** Runs compute in the thread that asks for them. */
    record Direct() implements RunQueue {
        @Override
        public void setUp(SessionOptions options) {
            // ONNX Runtime computes so unless told otherwise.
        }

        @Override
        public RunOptions runOptions(OnnxRuntime runtime) {
            return RunOptions.create(runtime);
        }

        @Override
        public TensorStorage allocate(OnnxRuntime runtime, Device place, int sizeBytes) {
            return new HostStorage(runtime, sizeBytes);
        }

        @Override
        public void await() {
            // A run that has returned is done.
        }

        @Override
        public Optional<DeviceStream> stream() {
            return Optional.empty();
        }

        @Override
        public void close() {
            // There is nothing to give back.
        }
    }

    /** Runs wait in a stream of a CUDA device. */
    record Streamed(DeviceStream own, CudaSettings settings) implements RunQueue {
        @Override
        public void setUp(SessionOptions options) {
            // Patterns are kept for each batch size, and each makes the device's memory grow by a block of its own.
            options.disableMemoryPattern()
                    .provider(settings.withStream(own.handle()).provider());
        }

        @Override
        public RunOptions runOptions(OnnxRuntime runtime) {
            RunOptions options = RunOptions.create(runtime);
            try {
                return options.withoutWaiting();
            } catch (RuntimeException e) {
                options.close();
                throw e;
            }
        }

        @Override
        public TensorStorage allocate(OnnxRuntime runtime, Device place, int sizeBytes) {
            return place.isHost()
                    ? new HostStorage(runtime, sizeBytes)
                    : new DeviceStorage(runtime, place, own, sizeBytes);
        }

        @Override
        public void await() {
            own.await("a run");
        }

        @Override
        public Optional<DeviceStream> stream() {
            return Optional.of(own);
        }

        @Override
        public void close() {
            own.close();
        }
    }
}
