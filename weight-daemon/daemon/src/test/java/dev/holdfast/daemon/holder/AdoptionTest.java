package dev.holdfast.daemon.holder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.holdfast.daemon.journal.Journal;
import dev.holdfast.daemon.journal.JournalRecord;
import dev.holdfast.daemon.onnx.ModelZoo;
import dev.holdfast.daemon.state.StateLayout;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.memory.ContentDigest;
import dev.holdfast.memory.CpuIdentity;
import dev.holdfast.memory.OpenDescriptorsCheck;
import dev.holdfast.onnxruntime.ExecutionProvider;
import dev.holdfast.onnxruntime.OnnxRuntime;
import dev.holdfast.protocol.BuildInfo;
import dev.holdfast.protocol.HolderClient;
import dev.holdfast.protocol.Lease;
import dev.holdfast.protocol.Manifest;
import dev.holdfast.protocol.ManifestCodec;
import dev.holdfast.protocol.RefusalCode;
import dev.holdfast.protocol.RefusedException;
import dev.holdfast.protocol.RuntimeIdentity;
import dev.holdfast.protocol.StatusReport;
import dev.holdfast.protocol.VersionSelector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a second holder on the same state directory makes of the versions it finds there. */
@Tag("core")
@ExtendWith(OpenDescriptorsCheck.class)
class AdoptionTest {
    @TempDir
    Path root;

    private HolderBase base;
    private static final List<String> CPU_ONLY = List.of(ExecutionProvider.CPU.name());

    private StateLayout state;

    @BeforeEach
    void model() throws IOException {
        base = new HolderBase(root);
        state = new StateLayout(base.state());
        ModelZoo.bias(base.models(), "bias", 1, 1024, 2.5f);
    }

    private ContentDigest loadOnce() throws IOException {
        try (Holder holder = base.start(ArenaLayout.PACKED);
                HolderClient client = base.client()) {
            return client.load("bias", Optional.empty(), false)
                    .versions()
                    .get(0)
                    .digest()
                    .orElseThrow();
        }
    }

    /** A holder that is to load the model at start, as after a reboot. */
    private Holder startLoadingAtStart() throws IOException {
        return base.start(
                ArenaLayout.PACKED,
                config -> new HolderConfig(
                        config.models(),
                        config.socket(),
                        config.state(),
                        config.placement(),
                        config.memoryBudgetBytes(),
                        config.readersGroup(),
                        config.loadDeadline(),
                        List.of(LoadTarget.parse("bias")),
                        false,
                        config.cacheLimitBytes(),
                        config.loaderJvmOptions()));
    }

    private StatusReport statusOnceLeasable() {
        try (HolderClient client = base.client();
                Lease lease = client.lease("bias", VersionSelector.active(), HolderBase.LIMIT, Optional.empty())) {
            assertThat(lease.isConnected()).isTrue();
            return client.status();
        }
    }

    @Test
    void versionThatCanBeAdoptedIsNotLoadedAtStart() throws Exception {
        ContentDigest digest = loadOnce();
        try (Holder holder = startLoadingAtStart()) {
            StatusReport status = statusOnceLeasable();
            assertThat(status.models().get(0).versions().get(0).digest()).contains(digest);
            assertThat(status.counters())
                    .containsEntry("holder.versions.adopted", 1L)
                    .containsEntry("holder.versions.loaded", 0L);
        }
    }

    @Test
    void weightsChangedOnDiskAreNotAdoptedButBuiltAgain() throws Exception {
        Path weights = state.version(loadOnce()).resolve(StateLayout.WEIGHTS);
        byte[] bytes = Files.readAllBytes(weights);
        bytes[100] ^= 1;
        Files.delete(weights);
        Files.write(weights, bytes);
        try (Holder holder = startLoadingAtStart()) {
            assertThat(statusOnceLeasable().counters())
                    .containsEntry("holder.versions.adopted", 0L)
                    .containsEntry("holder.versions.loaded", 1L);
        }
    }

    @Test
    void graphChangedOnDiskIsNotAdopted() throws Exception {
        Path graph = state.version(loadOnce()).resolve(StateLayout.GRAPH);
        byte[] bytes = Files.readAllBytes(graph);
        bytes[bytes.length / 2] ^= 1;
        Files.delete(graph);
        Files.write(graph, bytes);
        try (Holder holder = startLoadingAtStart()) {
            assertThat(statusOnceLeasable().counters()).containsEntry("holder.versions.adopted", 0L);
        }
    }

    @Test
    void weightsPackedForAnotherCpuAreNotAdoptedButBuiltAgain() throws Exception {
        republish(build -> new BuildInfo(
                build.runtimeVersion(),
                build.optimizationLevel(),
                build.executionProvider(),
                build.architecture(),
                List.of("another"),
                build.sourceDigest()));
        try (Holder holder = startLoadingAtStart()) {
            StatusReport status = statusOnceLeasable();
            assertThat(status.counters())
                    .containsEntry("holder.versions.adopted", 0L)
                    .containsEntry("holder.versions.loaded", 1L);
        }
    }

    /** Replaces the published version by one that says it was built otherwise, consistent in itself. */
    private void republish(UnaryOperator<BuildInfo> change) throws IOException {
        Path original = state.version(loadOnce());
        Manifest manifest = ManifestCodec.read(Files.readAllBytes(original.resolve(StateLayout.MANIFEST)));
        Manifest changed = new Manifest(
                manifest.format(),
                manifest.model(),
                manifest.version(),
                manifest.arena(),
                manifest.graph(),
                manifest.tensors(),
                change.apply(manifest.build()),
                manifest.config());
        ContentDigest digest = ManifestCodec.digestOf(changed);
        Files.delete(original.resolve(StateLayout.MANIFEST));
        Files.write(original.resolve(StateLayout.MANIFEST), ManifestCodec.write(changed));
        Files.move(original, state.version(digest));
        try (Journal journal = Journal.open(state.journal())) {
            journal.append(
                    new JournalRecord.Retired(original.getFileName().toString()),
                    new JournalRecord.Published(
                            digest.hex(), "bias", 1, manifest.arena().sizeBytes()));
        }
    }

    @Test
    void versionThatTheJournalDoesNotKnowIsLeftThereAndNotServed() throws Exception {
        ContentDigest digest = loadOnce();
        Files.delete(state.journal());
        try (Holder holder = base.start(ArenaLayout.PACKED);
                HolderClient client = base.client()) {
            assertThat(client.list()).isEmpty();
            assertThat(state.version(digest)).isDirectory();
            client.load("bias", Optional.empty(), false);
            assertThat(client.status().counters()).containsEntry("holder.versions.loaded", 1L);
        }
    }

    @Test
    void workerWithAnotherOnnxRuntimeIsTold() throws Exception {
        loadOnce();
        CpuIdentity cpu = CpuIdentity.current();
        RuntimeIdentity old = new RuntimeIdentity("1.22.0", cpu.architecture(), cpu.features(), CPU_ONLY, List.of());
        try (Holder holder = base.start(ArenaLayout.PACKED);
                HolderClient client = base.client()) {
            assertThatExceptionOfType(RefusedException.class)
                    .isThrownBy(
                            () -> client.lease("bias", VersionSelector.active(), HolderBase.LIMIT, Optional.of(old)))
                    .withMessageContaining("this worker has 1.22.0")
                    .satisfies(e -> assertThat(e.code()).isEqualTo(RefusalCode.RUNTIME_MISMATCH));
        }
    }

    @Test
    void workerWithoutTheExecutionProviderIsTold() throws Exception {
        loadOnce();
        CpuIdentity cpu = CpuIdentity.current();
        try (Holder holder = base.start(ArenaLayout.PACKED);
                HolderClient client = base.client()) {
            RuntimeIdentity other = new RuntimeIdentity(
                    OnnxRuntime.load().version(), cpu.architecture(), cpu.features(), List.of("Abacus"), List.of());
            assertThatExceptionOfType(RefusedException.class)
                    .isThrownBy(
                            () -> client.lease("bias", VersionSelector.active(), HolderBase.LIMIT, Optional.of(other)))
                    .withMessageContaining("optimised for CPUExecutionProvider")
                    .withMessageContaining("only [Abacus]")
                    .withMessageContaining("-Dholdfast.onnxruntime.path")
                    .satisfies(e -> assertThat(e.code()).isEqualTo(RefusalCode.RUNTIME_MISMATCH));
        }
    }

    @Test
    void workerWithAnotherCpuIsRefusedPackedWeights() throws Exception {
        loadOnce();
        try (Holder holder = base.start(ArenaLayout.PACKED);
                HolderClient client = base.client()) {
            String runtime;
            try (Lease lease = client.lease("bias", VersionSelector.active(), HolderBase.LIMIT, Optional.empty())) {
                runtime = lease.manifest().build().runtimeVersion();
            }
            RuntimeIdentity other = new RuntimeIdentity(runtime, "riscv64", List.of(), CPU_ONLY, List.of());
            assertThatExceptionOfType(RefusedException.class)
                    .isThrownBy(
                            () -> client.lease("bias", VersionSelector.active(), HolderBase.LIMIT, Optional.of(other)))
                    .withMessageContaining("packed for another CPU")
                    .satisfies(e -> assertThat(e.code()).isEqualTo(RefusalCode.RUNTIME_MISMATCH));
        }
    }
}
