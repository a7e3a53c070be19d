package dev.holdfast.daemon.holder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.holdfast.daemon.loader.HostLoaderMain;
import dev.holdfast.daemon.onnx.ModelZoo;
import dev.holdfast.daemon.state.StateLayout;
import dev.holdfast.memory.ChildJvm;
import dev.holdfast.memory.OpenDescriptorsCheck;
import dev.holdfast.memory.SealedArena;
import dev.holdfast.protocol.Done;
import dev.holdfast.protocol.HolderClient;
import dev.holdfast.protocol.Lease;
import dev.holdfast.protocol.Manifest;
import dev.holdfast.protocol.ModelListing;
import dev.holdfast.protocol.RefusalCode;
import dev.holdfast.protocol.RefusedException;
import dev.holdfast.protocol.StatusReport;
import dev.holdfast.protocol.VersionSelector;
import dev.holdfast.protocol.VersionState;
import dev.holdfast.protocol.VersionSummary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Versions that live in their loader's process, which stays on as their owner; the memory is the host's. */
@Tag("core")
@ExtendWith(OpenDescriptorsCheck.class)
class OwnedVersionTest {
    /** The second of coreutils 8.31: a test run in the background may have been told to ignore SIGINT, and children with it. */
    private static final List<String> OWN_GROUP = List.of("setsid", "env", "--default-signal=INT");

    private static final String PATIENT = "60";

    /** Ends as soon as nobody has its memory and no holder answers. */
    private static final String IMPATIENT = "0";

    @TempDir
    Path root;

    private HolderBase base;
    private Optional<ProcessHandle> owner = Optional.empty();

    @BeforeEach
    void models() throws IOException {
        Assumptions.assumeTrue(
                SealedArena.isSupported(), () -> SealedArena.whyUnsupported().orElse(""));
        base = new HolderBase(root);
        ModelZoo.bias(base.models(), "bias", 1, 4096, 2.5f);
    }

    @AfterEach
    void endOwner() {
        owner.ifPresent(ProcessHandle::destroyForcibly);
    }

    /** In a process group of its own, as a terminal or a service manager gives it one. */
    private ChildJvm startHolder(String patience) throws Exception {
        ChildJvm holder = ChildJvm.startUnder(OWN_GROUP, OwnedHolderMain.class, root.toString(), patience);
        assertThat(holder.readLine()).contains("serving");
        return holder;
    }

    private ChildJvm startReader(String mode) throws Exception {
        ChildJvm reader = ChildJvm.start(OwnedReaderMain.class, base.socket().toString(), "bias", mode);
        assertThat(reader.readLine()).startsWith("ready ");
        return reader;
    }

    private ProcessHandle load(ChildJvm holder) {
        try (HolderClient client = base.client()) {
            Done done = client.load("bias", Optional.empty(), false);
            assertThat(done.versions().get(0).share()).isEqualTo("cuda-ipc");
        }
        ProcessHandle loader = children(holder)
                .filter(child -> !owner.equals(Optional.of(child)))
                .filter(child -> child.info()
                        .arguments()
                        .filter(arguments -> List.of(arguments).contains(HostLoaderMain.class.getName()))
                        .isPresent())
                .findFirst()
                .orElseThrow();
        owner = Optional.of(loader);
        return loader;
    }

    private Lease lease() {
        try (HolderClient client = base.client()) {
            return client.lease("bias", VersionSelector.active(), Duration.ZERO, Optional.empty());
        }
    }

    private static Optional<VersionSummary> version(StatusReport status) {
        return status.models().stream()
                .flatMap(model -> model.versions().stream())
                .findFirst();
    }

    private static Predicate<StatusReport> in(VersionState state) {
        return status -> version(status).filter(found -> found.state() == state).isPresent();
    }

    private static void awaitEnd(ProcessHandle process) {
        ServingHolder.await("the end of " + process.pid(), () -> !process.isAlive());
    }

    private static void signal(String name, String target) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, "--", target)
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();
    }

    private void assertAdoptedWithoutLoading() throws InterruptedException {
        StatusReport status =
                base.awaitStatus(now -> Objects.equals(now.counters().get("holder.versions.adopted"), 1L));
        assertThat(status).matches(in(VersionState.PUBLISHED));
        assertThat(status.counters()).containsEntry("holder.versions.loaded", 0L);
    }

    @Test
    void everyLeaseReadsTheBytesOfOneOwner() throws Exception {
        try (ChildJvm holder = startHolder(PATIENT)) {
            ProcessHandle loader = load(holder);
            try (ChildJvm one = startReader("offer");
                    ChildJvm two = startReader("offer");
                    Lease lease = lease()) {
                assertThat(lease.manifest().arena().handle()).isPresent();
                assertThat(base.awaitStatus(now -> true).models())
                        .flatExtracting(ModelListing::versions)
                        .flatExtracting(VersionSummary::leases)
                        .hasSize(3);
                assertThat(List.of(one.pid(), two.pid())).doesNotContain(loader.pid());
            }
            assertThat(loader.isAlive()).isTrue();
            try (HolderClient client = base.client()) {
                assertThat(client.verify("bias", Optional.empty()).text()).contains("is what its digest says");
            }
        }
    }

    @Test
    void readersReadOnAndTheRestartedHolderAdoptsWhatTheyBringBack() throws Exception {
        try (ChildJvm first = startHolder(IMPATIENT)) {
            ProcessHandle loader = load(first);
            try (ChildJvm reader = startReader("offer")) {
                Files.move(base.models(), root.resolve("models-away"));
                first.close();
                assertThat(reader.readLine()).startsWith("reads on ");
                try (ChildJvm second = startHolder(PATIENT)) {
                    assertThat(reader.readLine()).startsWith("reattached ");
                    assertAdoptedWithoutLoading();
                    assertThat(loader.isAlive()).isTrue();
                    assertThat(second.pid()).isPositive();
                }
            }
        }
    }

    @Test
    void withoutReadersTheOwnerBringsTheVersionToTheHolderThatFollowsAKilledOne() throws Exception {
        ProcessHandle loader;
        try (ChildJvm first = startHolder(PATIENT)) {
            loader = load(first);
        }
        try (ChildJvm second = startHolder(PATIENT)) {
            assertAdoptedWithoutLoading();
            assertThat(loader.isAlive()).isTrue();
            startReader("offer").close();
            second.close();
        }
        try (ChildJvm third = startHolder(PATIENT)) {
            assertAdoptedWithoutLoading();
            assertThat(loader.isAlive()).isTrue();
            assertThat(third.pid()).isPositive();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM"})
    void whatEndsTheHoldersProcessGroupLeavesTheOwner(String signal) throws Exception {
        ProcessHandle loader;
        try (ChildJvm first = startHolder(PATIENT)) {
            loader = load(first);
            signal(signal, "-" + first.pid());
            awaitEnd(ProcessHandle.of(first.pid()).orElseThrow());
        }
        assertThat(loader.isAlive()).isTrue();
        try (ChildJvm second = startHolder(PATIENT)) {
            assertAdoptedWithoutLoading();
            assertThat(second.pid()).isPositive();
        }
    }

    @Test
    void anUnloadedVersionEndsItsOwnerAndCanBeLoadedAgain() throws Exception {
        try (ChildJvm holder = startHolder(PATIENT);
                HolderClient client = base.client()) {
            ProcessHandle loader = load(holder);
            client.unload("bias", Optional.empty(), false);
            ProcessHandle next = load(holder);
            awaitEnd(loader);
            lease().close();
            client.unload("bias", Optional.empty(), false);
            base.awaitStatus(now -> version(now).isEmpty());
            assertThat(ServingHolder.children(new StateLayout(base.state()).versions()))
                    .isEmpty();
            assertThat(ServingHolder.children(new StateLayout(base.state()).temporaries()))
                    .isEmpty();
            awaitEnd(next);
        }
    }

    @Test
    void aVersionThatIsUnloadedWhileLeasedStaysWithItsOwnerUntilTheLeaseEnds() throws Exception {
        try (ChildJvm holder = startHolder(IMPATIENT);
                HolderClient client = base.client()) {
            ProcessHandle loader = load(holder);
            try (ChildJvm reader = startReader("offer")) {
                client.unload("bias", Optional.empty(), true);
                base.awaitStatus(in(VersionState.DRAINING));
                assertThat(loader.isAlive()).isTrue();
                assertThat(reader.pid()).isPositive();
            }
            awaitEnd(loader);
            base.awaitStatus(now -> version(now).isEmpty());
        }
    }

    @Test
    void aVersionWhoseOwnerIsKilledIsLostToNewLeasesAndKeptByThoseThatHaveIt() throws Exception {
        try (ChildJvm holder = startHolder(PATIENT)) {
            ProcessHandle loader = load(holder);
            try (ChildJvm reader = startReader("offer")) {
                loader.destroyForcibly();
                StatusReport lost = base.awaitStatus(in(VersionState.LOST));
                assertThat(lost.models().get(0).active()).contains(1L);
                assertThat(version(lost).orElseThrow().reason()).hasValueSatisfying(reason -> assertThat(reason)
                        .contains(
                                "the process that owned its memory has ended", "`holdfast load bias:1` loads it anew"));
                assertThatExceptionOfType(RefusedException.class)
                        .isThrownBy(this::lease)
                        .withMessageContaining("version 1 of model 'bias' is lost")
                        .satisfies(e -> assertThat(e.code()).isEqualTo(RefusalCode.LEASE_UNAVAILABLE));
                holder.close();
                assertThat(reader.readLine()).startsWith("reads on ");
            }
            try (ChildJvm next = startHolder(PATIENT)) {
                base.awaitStatus(now -> version(now).isEmpty());
                load(next);
                lease().close();
            }
        }
    }

    @Test
    void aLostVersionThatAnOperatorChoseIsLoadedAnewBesideALaterOne() throws Exception {
        try (ChildJvm holder = startHolder(PATIENT);
                HolderClient client = base.client()) {
            ProcessHandle first = load(holder);
            client.activate("bias", Optional.of(1L));
            ModelZoo.bias(base.models(), "bias", 2, 4096, 3.5f);
            ProcessHandle second = load(holder);
            try (ChildJvm reader = startReader("keep")) {
                first.destroyForcibly();
                base.awaitStatus(in(VersionState.LOST));
                client.load("bias", Optional.of(1L), false);
                assertThat(listed())
                        .extracting(VersionSummary::version, VersionSummary::state)
                        .containsExactly(tuple(1L, VersionState.PUBLISHED), tuple(2L, VersionState.PUBLISHED));
                assertThat(reader.pid()).isPositive();
            } finally {
                second.destroyForcibly();
                children(holder).forEach(ProcessHandle::destroyForcibly);
            }
        }
    }

    private static Stream<ProcessHandle> children(ChildJvm holder) {
        return ProcessHandle.of(holder.pid()).orElseThrow().children();
    }

    @Test
    void aLostVersionIsLoadedAnewBesideWhatIsLeftOfIt() throws Exception {
        try (ChildJvm holder = startHolder(PATIENT);
                HolderClient client = base.client()) {
            ProcessHandle lost = load(holder);
            try (ChildJvm reader = startReader("keep")) {
                Manifest before = manifest();
                client.pin("bias", 1, true);
                lost.destroyForcibly();
                base.awaitStatus(in(VersionState.LOST));
                ProcessHandle next = load(holder);
                assertThat(manifest().arena().digest()).isEqualTo(before.arena().digest());
                assertThat(manifest().arena().handle())
                        .isNotEqualTo(before.arena().handle());
                assertThat(listed()).extracting(VersionSummary::state).containsExactly(VersionState.PUBLISHED);
                assertThat(copies(client.status()))
                        .extracting(VersionSummary::state, copy -> copy.leases().size())
                        .containsExactly(tuple(VersionState.LOST, 1), tuple(VersionState.PUBLISHED, 0));
                assertThat(reader.pid()).isPositive();
                assertThat(next.isAlive()).isTrue();
            }
            StatusReport after = base.awaitStatus(status -> copies(status).size() == 1);
            assertThat(after).matches(in(VersionState.PUBLISHED));
            assertThat(copies(after)).extracting(VersionSummary::pinned).containsExactly(true);
            lease().close();
        }
    }

    @ParameterizedTest
    @CsvSource({"offer, 1", "keep, 0"})
    void aVersionThatWasLostIsStillLostToTheNextHolderAndCanBeLoadedAnew(String mode, int leases) throws Exception {
        try (ChildJvm first = startHolder(PATIENT)) {
            ProcessHandle lost = load(first);
            try (ChildJvm reader = startReader(mode)) {
                lost.destroyForcibly();
                base.awaitStatus(in(VersionState.LOST));
                first.close();
                assertThat(reader.readLine()).startsWith("reads on ");
                try (ChildJvm second = startHolder(PATIENT)) {
                    if (mode.equals("offer")) {
                        assertThat(reader.readLine()).startsWith("reattached ");
                    }
                    StatusReport status = base.awaitStatus(in(VersionState.LOST));
                    assertThat(status.models().get(0).active()).contains(1L);
                    assertThat(version(status).orElseThrow().reason()).hasValueSatisfying(reason -> assertThat(reason)
                            .contains("`holdfast load bias:1` loads it anew"));
                    load(second);
                    assertThat(copies(base.awaitStatus(now -> true)))
                            .extracting(
                                    VersionSummary::state, copy -> copy.leases().size())
                            .containsExactly(tuple(VersionState.LOST, leases), tuple(VersionState.PUBLISHED, 0));
                    reader.close();
                    assertThat(base.awaitStatus(now -> copies(now).size() == 1)).matches(in(VersionState.PUBLISHED));
                    lease().close();
                }
            }
        }
    }

    @Test
    void aVersionThatDrainedWhenItsHolderDiedStaysWithItsOwnerUntilItsLastWorkerEnds() throws Exception {
        try (ChildJvm first = startHolder(PATIENT);
                ChildJvm reader = readerThatKeeps(first)) {
            ProcessHandle loader = owner.orElseThrow();
            unload();
            first.close();
            assertThat(reader.readLine()).startsWith("reads on ");
            try (ChildJvm second = startHolder(PATIENT)) {
                base.awaitStatus(in(VersionState.DRAINING));
                assertThat(loader.isAlive()).isTrue();
                reader.close();
                awaitEnd(loader);
                base.awaitStatus(now -> version(now).isEmpty());
                assertThat(second.pid()).isPositive();
            }
        }
    }

    private void unload() {
        try (HolderClient client = base.client()) {
            client.unload("bias", Optional.empty(), false);
        }
    }

    @Test
    void aLostVersionDrainsOnceThePolicyWouldNotKeepItBesideThoseThatServe() throws Exception {
        try (ChildJvm holder = startHolder(PATIENT);
                HolderClient client = base.client()) {
            ProcessHandle lost = load(holder);
            try (ChildJvm reader = startReader("keep")) {
                lost.destroyForcibly();
                base.awaitStatus(in(VersionState.LOST));
                ModelZoo.bias(base.models(), "bias", 2, 4096, 3.5f);
                load(holder);
                assertThat(copies(client.status()))
                        .extracting(VersionSummary::version, VersionSummary::state)
                        .containsExactly(tuple(1L, VersionState.DRAINING), tuple(2L, VersionState.PUBLISHED));
                assertThat(reader.pid()).isPositive();
            }
            base.awaitStatus(status -> copies(status).size() == 1);
        }
    }

    @Test
    void aLostVersionThatCanNotBeLoadedAnewStaysWithThoseWhoHaveIt() throws Exception {
        try (ChildJvm holder = startHolder(PATIENT)) {
            ProcessHandle loader = load(holder);
            try (ChildJvm reader = startReader("keep")) {
                loader.destroyForcibly();
                base.awaitStatus(in(VersionState.LOST));
                Files.writeString(base.models().resolve("bias/1/model.onnx"), "no model");
                assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> load(holder));
                assertThat(listed())
                        .extracting(VersionSummary::state, copy -> copy.leases().size())
                        .containsExactly(tuple(VersionState.LOST, 1));
                assertThat(reader.pid()).isPositive();
            }
            base.awaitStatus(status -> copies(status).isEmpty());
        }
    }

    @Test
    void aRestartedHolderAdoptsWhatWasLoadedAnewWhateverIsLeftOfWhatWasLost() throws Exception {
        try (ChildJvm first = startHolder(PATIENT)) {
            ProcessHandle lost = load(first);
            try (ChildJvm reader = startReader("keep")) {
                lost.destroyForcibly();
                base.awaitStatus(in(VersionState.LOST));
                ProcessHandle next = load(first);
                Manifest anew = manifest();
                first.close();
                assertThat(reader.readLine()).startsWith("reads on ");
                try (ChildJvm second = startHolder(PATIENT)) {
                    base.awaitStatus(
                            status -> copies(status).stream().anyMatch(copy -> copy.state() == VersionState.PUBLISHED));
                    assertThat(copies(base.awaitStatus(now -> true)))
                            .extracting(VersionSummary::state)
                            .containsExactly(VersionState.LOST, VersionState.PUBLISHED);
                    assertThat(manifest()).isEqualTo(anew);
                    assertThat(next.isAlive()).isTrue();
                    assertThat(second.pid()).isPositive();
                    reader.close();
                    base.awaitStatus(status -> copies(status).size() == 1);
                    assertThat(manifest()).isEqualTo(anew);
                }
            }
        }
    }

    private Manifest manifest() {
        try (Lease lease = lease()) {
            return lease.manifest();
        }
    }

    private List<VersionSummary> listed() {
        try (HolderClient client = base.client()) {
            return client.list().get(0).versions();
        }
    }

    private static List<VersionSummary> copies(StatusReport status) {
        return status.models().stream()
                .flatMap(model -> model.versions().stream())
                .toList();
    }

    @Test
    void aVersionWithoutLeasesWhoseOwnerIsKilledCanBeLoadedAgain() throws Exception {
        try (ChildJvm holder = startHolder(PATIENT)) {
            load(holder).destroyForcibly();
            base.awaitStatus(now -> version(now).isEmpty());
            load(holder);
            lease().close();
        }
    }

    @Test
    void anOwnerThatNobodyNeedsAnyMoreEndsByItself() throws Exception {
        ProcessHandle loader;
        try (ChildJvm holder = startHolder(IMPATIENT);
                ChildJvm reader = readerThatKeeps(holder)) {
            loader = owner.orElseThrow();
            holder.close();
            assertThat(reader.readLine()).startsWith("reads on ");
            assertThat(loader.isAlive()).isTrue();
        }
        awaitEnd(loader);
    }

    private ChildJvm readerThatKeeps(ChildJvm holder) throws Exception {
        load(holder);
        return startReader("keep");
    }
}
