package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.daemon.holder.DeviceMemory;
import dev.holdfast.daemon.holder.Holder;
import dev.holdfast.daemon.holder.TestDevice;
import dev.holdfast.daemon.loader.Placement;
import dev.holdfast.daemon.sample.LinearSample;
import dev.holdfast.memory.ChildJvm;
import dev.holdfast.onnxruntime.OnnxRuntime;
import dev.holdfast.protocol.HolderClient;
import dev.holdfast.protocol.VersionState;
import dev.holdfast.protocol.VersionSummary;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What inference over weights in a device's memory has beyond that on the host. */
@Tag("gpu")
class CudaEngineTest extends EngineTest {
    private static final int CALLERS = 16;
    private static final int CALLS = 40;

    private Placement placement;

    @BeforeEach
    void requireDevice() {
        placement = TestDevice.required();
    }

    @Test
    void workerProcessComputesOnTheDeviceWithTheHoldersBuildWithoutBeingConfigured() throws Exception {
        new LinearSample("linear", 512, 300, false).writeTo(base.models());
        Path library = OnnxRuntime.load().library();
        try (Holder holder = base.start(placement, library)) {
            assertThat(holder).isNotNull();
            base.load("linear");
            try (ChildJvm worker = ChildJvm.start(RuntimeMain.class, root.toString(), "linear")) {
                String line = worker.readLine();
                while (!line.startsWith("serves")) {
                    line = worker.readLine();
                }
                assertThat(line).isEqualTo("serves with " + library);
            }
        }
    }

    @Test
    void bothCountersGiveEachAnswerANumberOfItsOwn() throws Exception {
        TestModels.bias(base.models(), "bias", 1, TestModels.WIDTH, 1f);
        TestModels.config(base.models(), "bias", TestModels.BATCHING);
        Set<Long> onHost = ConcurrentHashMap.newKeySet();
        Set<Long> onDevice = ConcurrentHashMap.newKeySet();
        try (Holder holder = base.start(placement);
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
    void memoryThatItsLoaderOwnsIsServedOnceThatIsKilledUntilItIsLoadedAnew() throws Exception {
        TestModels.bias(base.models(), "bias", 1, TestModels.WIDTH, 1f);
        try (Holder holder = base.start(Placement.onCudaIpc(placement.device()));
                Models models = base.serve("bias", base.engine())) {
            assertThat(holder).isNotNull();
            Model model = models.get("bias");
            TestModels.checkBias(model, 3);
            InferenceResponse response = model.infer(InferenceRequest.of(TestModels.row(4, TestModels.WIDTH)));
            assertThat(response.counter()).isEqualTo(2);
            assertThat(response.deviceCounter()).isEmpty();
            ProcessHandle.current()
                    .children()
                    .filter(child -> child.info().commandLine().orElse("").contains("LoaderMain"))
                    .forEach(ProcessHandle::destroyForcibly);
            TestHolder.await(this::isLost, "the loss is noticed");
            TestModels.checkBias(model, 5);
            assertThat(models.readiness().ready()).isTrue();
            base.load("bias");
            TestHolder.await(this::isServedAnew, "the worker's lease of the new copy alone");
            TestModels.checkBias(model, 6);
        }
    }

    private boolean isServedAnew() {
        try (HolderClient client = base.client()) {
            List<VersionSummary> copies = client.status().models().get(0).versions();
            return copies.size() == 1
                    && copies.get(0).state() == VersionState.PUBLISHED
                    && copies.get(0).leases().size() == 1;
        }
    }

    private boolean isLost() {
        try (HolderClient client = base.client()) {
            return client.list().get(0).versions().get(0).state() == VersionState.LOST;
        }
    }

    @Test
    @Tag("alone")
    void threeProcessesServeOneCopy() throws Exception {
        new LinearSample("linear", 4096, 32_768, false).writeTo(base.models());
        long weights = 4096L * 32_768 * Float.BYTES;
        try (Holder holder = base.start(placement);
                DeviceMemory memory = DeviceMemory.of(placement)) {
            assertThat(holder).isNotNull();
            base.load("linear");
            long before = memory.awaitSteady();
            try (ChildJvm one = startWorker();
                    ChildJvm two = startWorker();
                    ChildJvm three = startWorker()) {
                for (ChildJvm worker : List.of(one, two, three)) {
                    assertThat(worker.readLine()).isEqualTo("served");
                }
                assertThat(before - memory.freeBytes()).isLessThan(3 * (720L << 20) + weights);
            }
        }
    }

    private ChildJvm startWorker() throws Exception {
        return ChildJvm.start(WorkerMain.class, root.toString(), "linear", "serve", "4096");
    }
}
