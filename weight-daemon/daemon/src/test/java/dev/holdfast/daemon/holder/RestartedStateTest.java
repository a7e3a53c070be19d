package dev.holdfast.daemon.holder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.daemon.onnx.ModelZoo;
import dev.holdfast.daemon.state.StateLayout;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.memory.OpenDescriptorsCheck;
import dev.holdfast.protocol.HolderClient;
import dev.holdfast.protocol.Lease;
import dev.holdfast.protocol.StatusReport;
import dev.holdfast.protocol.VersionSelector;
import dev.holdfast.protocol.VersionState;
import dev.holdfast.protocol.VersionSummary;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a second holder makes of several models and versions, of damage, and of what somebody still holds. */
@ExtendWith(OpenDescriptorsCheck.class)
class RestartedStateTest {
    @TempDir
    Path root;

    private HolderBase base;

    @BeforeEach
    void models() throws IOException {
        base = new HolderBase(root);
        ModelZoo.bias(base.models(), "aaa", 1, 1024, 1f);
    }

    private static List<VersionSummary> versions(StatusReport status, String model) {
        return status.models().stream()
                .filter(listing -> listing.name().equals(model))
                .flatMap(listing -> listing.versions().stream())
                .toList();
    }

    private static boolean isPublished(StatusReport status, String model, long version) {
        return versions(status, model).stream()
                .anyMatch(found -> found.version() == version && found.state() == VersionState.PUBLISHED);
    }

    private StatusReport await(Predicate<StatusReport> wanted) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (true) {
            try (HolderClient client = base.client()) {
                StatusReport status = client.status();
                if (wanted.test(status)) {
                    return status;
                }
                assertThat(System.nanoTime()).as("last status %s", status).isLessThan(deadline);
            }
            Thread.sleep(20);
        }
    }

    private void load(String model, Optional<Long> version) {
        try (HolderClient client = base.client()) {
            assertThat(client.load(model, version, false).text()).contains("published");
        }
    }

    @Test
    void versionsThatTheLatestPolicySelectsAllServeAgain() throws Exception {
        try (Holder first = base.start(ArenaLayout.PACKED)) {
            load("aaa", Optional.of(1L));
            ModelZoo.bias(base.models(), "aaa", 2, 1024, 2f);
            Files.writeString(
                    base.models().resolve("aaa").resolve("config.pbtxt"),
                    "version_policy { latest { num_versions: 2 } }");
            load("aaa", Optional.of(2L));
        }
        try (Holder second = base.start(ArenaLayout.PACKED)) {
            await(status -> isPublished(status, "aaa", 1) && isPublished(status, "aaa", 2));
        }
    }

    @Test
    void pinEndsWithItsVersion() throws Exception {
        try (Holder first = base.start(ArenaLayout.PACKED);
                HolderClient client = base.client()) {
            client.load("aaa", Optional.empty(), true);
            client.unload("aaa", Optional.of(1L), true);
            client.load("aaa", Optional.empty(), false);
        }
        try (Holder second = base.start(ArenaLayout.PACKED)) {
            StatusReport status = await(now -> isPublished(now, "aaa", 1));
            assertThat(versions(status, "aaa").get(0).pinned()).isFalse();
        }
    }

    @Test
    void counterThatAReaderCutShortCostsNeitherStatusNorStopNorAdoption() throws Exception {
        Path counter = new StateLayout(base.state()).counter("aaa");
        ModelZoo.bias(base.models(), "bbb", 1, 1024, 1f);
        try (Holder first = base.start(ArenaLayout.PACKED);
                HolderClient client = base.client()) {
            client.load("aaa", Optional.empty(), false);
            client.load("bbb", Optional.empty(), false);
            try (FileChannel file = FileChannel.open(counter, StandardOpenOption.WRITE)) {
                file.truncate(0);
            }
            assertThat(client.status().counters()).containsEntry("model.aaa", 0L);
        }
        try (Holder second = base.start(ArenaLayout.PACKED)) {
            await(status -> isPublished(status, "aaa", 1) && isPublished(status, "bbb", 1));
        }
    }

    @Test
    void drainingVersionThatAWorkerStillHasHoldsUpNoOtherModelAtStart() throws Exception {
        ModelZoo.bias(base.models(), "bbb", 1, 1024, 1f);
        try (Holder first = base.start(ArenaLayout.PACKED);
                HolderClient client = base.client()) {
            client.load("aaa", Optional.empty(), false);
            try (Lease lease = client.lease("aaa", VersionSelector.active(), Duration.ZERO, Optional.empty())) {
                client.unload("aaa", Optional.empty(), false);
                first.close();
                try (Holder second = base.start(ArenaLayout.PACKED, RestartedStateTest::loadingAll)) {
                    StatusReport status = await(now -> isPublished(now, "bbb", 1));
                    assertThat(isPublished(status, "aaa", 1))
                            .as("no second copy beside lease %s", lease.id())
                            .isFalse();
                    lease.close();
                    await(now -> isPublished(now, "aaa", 1));
                }
            }
        }
    }

    private static HolderConfig loadingAll(HolderConfig config) {
        return new HolderConfig(
                config.models(),
                config.socket(),
                config.state(),
                config.placement(),
                config.memoryBudgetBytes(),
                config.readersGroup(),
                config.loadDeadline(),
                config.loads(),
                true,
                config.cacheLimitBytes(),
                config.loaderJvmOptions());
    }
}
