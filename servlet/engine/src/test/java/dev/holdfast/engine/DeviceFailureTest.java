package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.holdfast.daemon.holder.Holder;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.memory.NativeCallException;
import dev.holdfast.memory.cuda.DeviceStream;
import dev.holdfast.onnxruntime.Device;
import dev.holdfast.onnxruntime.Environment;
import dev.holdfast.onnxruntime.LogListener;
import dev.holdfast.onnxruntime.OnnxRuntime;
import dev.holdfast.onnxruntime.OnnxRuntimeException;
import dev.holdfast.onnxruntime.RunOptions;
import dev.holdfast.onnxruntime.SessionOptions;
import dev.holdfast.protocol.HolderClient;
import dev.holdfast.protocol.Lease;
import dev.holdfast.protocol.VersionSelector;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a device refuses; by a queue of runs on the processor that says so, since no device can be made to when asked. */
class DeviceFailureTest extends EngineTest {
    /** Runs as usual, but not while {@link #fails}. */
    private static final class Failing implements RunQueue {
        private final RunQueue real = new RunQueue.Direct();
        private boolean fails;
        private String code = "CUDA_ERROR_ECC_UNCORRECTABLE";
        private int awaits;

        @Override
        public void setUp(SessionOptions options) {
            real.setUp(options);
        }

        @Override
        public RunOptions runOptions(OnnxRuntime runtime) {
            return real.runOptions(runtime);
        }

        @Override
        public TensorStorage allocate(OnnxRuntime runtime, Device place, int sizeBytes) {
            return real.allocate(runtime, place, sizeBytes);
        }

        @Override
        public void await() {
            awaits++;
            if (fails) {
                throw NativeCallException.ofDriver("cuStreamSynchronize", code, 214, "a run");
            }
        }

        @Override
        public Optional<DeviceStream> stream() {
            return real.stream();
        }

        @Override
        public void close() {
            real.close();
        }
    }

    @Test
    void runFailsWithTheDriversWordsAndTheNextIsComputed() throws Exception {
        TestModels.bias(base.models(), "bias", 1, TestModels.WIDTH, 1);
        Failing queue = new Failing();
        try (Holder holder = base.start(ArenaLayout.SEALED);
                Environment environment = Environment.open(OnnxRuntime.load(), LogListener.NONE)) {
            assertThat(holder).isNotNull();
            base.load("bias");
            try (HolderClient client = base.client();
                    Lease lease = client.lease("bias", VersionSelector.active(), Duration.ZERO, Optional.empty());
                    OpenSession opened = open(lease, queue, environment)) {
                ModelVersion version = VersionMetadata.of(lease.manifest());
                DeviceTally none = DeviceTally.of(lease, queue.stream());
                try (SystemTimer timer = new SystemTimer();
                        Instance instance = Instance.open(opened, version, none, timer)) {
                    check(version, instance, queue);
                }
            }
        }
    }

    private static OpenSession open(Lease lease, RunQueue queue, Environment environment) {
        try (SessionOptions options = SessionOptions.create(environment.runtime())) {
            return OpenSession.of(LeasedWeights.open(lease, new Processor.Host(), queue, environment, options), queue);
        }
    }

    private static void check(ModelVersion version, Instance instance, Failing queue) {
        List<CheckedRequest> batch =
                List.of(new RequestCheck(version).check(InferenceRequest.of(TestModels.row(1, TestModels.WIDTH))));
        queue.fails = true;
        assertThatExceptionOfType(InferenceFailedException.class)
                .isThrownBy(() -> instance.run(batch))
                .withMessage(
                        "the computation failed: cuStreamSynchronize of a run failed: CUDA_ERROR_ECC_UNCORRECTABLE (214)")
                .withCauseInstanceOf(NativeCallException.class);
        assertThatExceptionOfType(InferenceFailedException.class)
                .isThrownBy(() -> WarmUp.run(version, List.of(instance), 1))
                .withMessageContaining("cuStreamSynchronize of a run failed: CUDA_ERROR_ECC_UNCORRECTABLE (214)");
        // Without memory for a warm-up it serves all the same.
        queue.code = "CUDA_ERROR_OUT_OF_MEMORY";
        WarmUp.run(version, List.of(instance), 1);

        queue.fails = false;
        queue.awaits = 0;
        instance.options().terminate();
        assertThatExceptionOfType(OnnxRuntimeException.class).isThrownBy(() -> instance.run(batch));
        instance.options().clearTerminate();
        // What the run has begun is waited for although it failed.
        assertThat(queue.awaits).isEqualTo(1);
        assertThat(TestModels.floats(instance.run(batch).outputs().get(0).get(0)))
                .containsOnly(2f);
    }
}
