package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.daemon.holder.Holder;
import dev.holdfast.daemon.loader.Placement;
import dev.holdfast.daemon.sample.LinearSample;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.memory.ChildJvm;
import dev.holdfast.memory.cuda.CudaDevice;
import dev.holdfast.memory.cuda.CudaDriver;
import dev.holdfast.onnxruntime.ExecutionProvider;
import dev.holdfast.onnxruntime.OnnxRuntime;
import dev.holdfast.protocol.TensorType;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Inference over weights in a device's memory. */
@Tag("gpu")
class CudaEngineTest extends EngineTest {
    private static final int CALLERS = 16;
    private static final int CALLS = 40;
    private static final double FP32_ERROR = 1e-5;

    private CudaDevice device;

    @BeforeEach
    void requireDevice() {
        String missing = CudaDriver.whyUnavailable().orElse("");
        assumeTrue(missing.isEmpty(), missing);
        assumeTrue(
                OnnxRuntime.load().providers().contains(ExecutionProvider.CUDA_NAME),
                "ONNX Runtime here is not built for CUDA; name one that is with -D" + OnnxRuntime.PATH_PROPERTY);
        device = CudaDriver.load().devices().get(0);
    }

    private Holder startOnDevice() throws Exception {
        return base.start(Placement.onCuda(device.uuid()));
    }

    private static float[] input(int count) {
        float[] x = new float[count];
        for (int i = 0; i < count; i++) {
            x[i] = (i * 37 % 101) / 50f - 1;
        }
        return x;
    }

    private static float[] linear(Model model, int rows, int width) {
        return TestModels.floats(
                model.infer(InferenceRequest.of(TestModels.floats("x", Shape.of(rows, width), input(rows * width))))
                        .output("y"));
    }

    @Test
    void theDeviceComputesWhatTheProcessorDoes() throws Exception {
        new LinearSample("linear", 512, 300, false).writeTo(base.models());
        float[] onProcessor;
        try (Holder holder = base.start(ArenaLayout.SEALED);
                Models models = base.serve("linear", base.engine())) {
            assertThat(holder).isNotNull();
            onProcessor = linear(models.get("linear"), 3, 512);
        }
        base = new TestHolder(root.resolve("on-device"));
        new LinearSample("linear", 512, 300, false).writeTo(base.models());
        try (Holder holder = startOnDevice();
                Models models = base.serve("linear", base.engine())) {
            assertThat(holder).isNotNull();
            Model model = models.get("linear");
            float[] first = linear(model, 3, 512);
            float[] onDevice = linear(model, 3, 512);
            assertThat(onDevice).containsExactly(first);
            double largest = 0;
            for (float value : onProcessor) {
                largest = Math.max(largest, Math.abs(value));
            }
            for (int i = 0; i < onDevice.length; i++) {
                assertThat(Math.abs(onDevice[i] - onProcessor[i]) / largest).isLessThan(FP32_ERROR);
            }
        }
    }

    @Test
    void everyRunReadsItsOwnInputAgain() throws Exception {
        TestModels.bias(base.models(), "bias", 1, TestModels.WIDTH, 1f);
        try (Holder holder = startOnDevice();
                Models models = base.serve("bias", base.engine())) {
            assertThat(holder).isNotNull();
            for (int call = 0; call < 50; call++) {
                TestModels.checkBias(models.get("bias"), call);
            }
        }
    }

    @Test
    void everyOfManyMixedAnswersIsItsOwnRequests() throws Exception {
        TestModels.identity(base.models(), "mixed", TensorType.FLOAT, List.of(-1L, -1L));
        TestModels.config(base.models(), "mixed", TestModels.BATCHING + " instance_group { count: 2 }");
        try (Holder holder = startOnDevice();
                Models models = base.serve("mixed", base.engine())) {
            assertThat(holder).isNotNull();
            Model model = models.get("mixed");
            Load load = Load.start(CALLERS, CALLS, (caller, call) -> MixedCalls.check(model, caller, call));
            assertThat(load.join()).isEmpty();
            assertThat(model.counter()).isEqualTo((long) CALLERS * CALLS);
        }
    }

    @Test
    void bothCountersGiveEachAnswerANumberOfItsOwn() throws Exception {
        TestModels.bias(base.models(), "bias", 1, TestModels.WIDTH, 1f);
        TestModels.config(base.models(), "bias", TestModels.BATCHING);
        Set<Long> onHost = ConcurrentHashMap.newKeySet();
        Set<Long> onDevice = ConcurrentHashMap.newKeySet();
        try (Holder holder = startOnDevice();
                Models models = base.serve("bias", base.engine())) {
            assertThat(holder).isNotNull();
            Model model = models.get("bias");
            Load load = Load.start(CALLERS, CALLS, (caller, call) -> {
                InferenceResponse response = model.infer(InferenceRequest.of(TestModels.row(caller, TestModels.WIDTH)));
                onHost.add(response.counter());
                onDevice.add(response.deviceCounter().orElseThrow());
            });
            assertThat(load.join()).isEmpty();
        }
        Set<Long> expected =
                LongStream.rangeClosed(1, (long) CALLERS * CALLS).boxed().collect(Collectors.toSet());
        assertThat(onHost).isEqualTo(expected);
        assertThat(onDevice).isEqualTo(expected);
    }

    @Test
    void threeProcessesServeOneCopy() throws Exception {
        new LinearSample("linear", 4096, 32_768, false).writeTo(base.models());
        long weights = 4096L * 32_768 * Float.BYTES;
        try (Holder holder = startOnDevice()) {
            assertThat(holder).isNotNull();
            base.load("linear");
            long before = device.freeBytes();
            try (ChildJvm one = startWorker();
                    ChildJvm two = startWorker();
                    ChildJvm three = startWorker()) {
                for (ChildJvm worker : List.of(one, two, three)) {
                    assertThat(worker.readLine()).isEqualTo("served");
                }
                assertThat(before - device.freeBytes()).isLessThan(3 * (720L << 20) + weights);
            }
        }
    }

    private ChildJvm startWorker() throws Exception {
        return ChildJvm.start(WorkerMain.class, root.toString(), "linear", "serve", "4096");
    }
}
