package dev.holdfast.daemon.holder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.daemon.loader.Placement;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.protocol.HolderClient;
import dev.holdfast.protocol.StatusReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** The directories of one holder under test, and configurations that use them. */
final class HolderBase {
    static final Duration LIMIT = Duration.ofSeconds(30);

    private final Path root;

    HolderBase(Path root) throws IOException {
        this.root = root;
        Files.createDirectories(models());
    }

    Path models() {
        return root.resolve("models");
    }

    Path socket() {
        return root.resolve("weights.sock");
    }

    Path state() {
        return root.resolve("state");
    }

    HolderConfig config(ArenaLayout layout) {
        return config(Placement.onHost(layout));
    }

    HolderConfig config(Placement placement) {
        return new HolderConfig(
                        models(),
                        socket(),
                        state(),
                        placement,
                        Long.MAX_VALUE,
                        Optional.empty(),
                        Duration.ofSeconds(60),
                        List.of(),
                        false,
                        HolderConfig.DEFAULT_CACHE_LIMIT_BYTES,
                        List.of("-Xmx256m"))
                // Who owns memory of a test's holder ends with it.
                .withOwnerPatience(Duration.ZERO);
    }

    HolderConfig withBudget(ArenaLayout layout, long bytes) {
        HolderConfig base = config(layout);
        return new HolderConfig(
                base.models(),
                base.socket(),
                base.state(),
                base.placement(),
                bytes,
                base.readersGroup(),
                base.loadDeadline(),
                base.loads(),
                base.loadAll(),
                base.cacheLimitBytes(),
                base.loaderJvmOptions());
    }

    Holder start(Placement placement) throws IOException {
        return start(placement, UnaryOperator.identity());
    }

    Holder start(Placement placement, UnaryOperator<HolderConfig> change) throws IOException {
        return Holder.start(change.apply(config(placement)), InstantSource.system());
    }

    Holder start(ArenaLayout layout) throws IOException {
        return start(layout, UnaryOperator.identity());
    }

    Holder start(ArenaLayout layout, UnaryOperator<HolderConfig> change) throws IOException {
        return start(Placement.onHost(layout), change);
    }

    HolderClient client() {
        return HolderClient.connect(socket(), LIMIT);
    }

    /** The holder's status, once it is as wanted. */
    StatusReport awaitStatus(Predicate<StatusReport> wanted) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (true) {
            try (HolderClient client = client()) {
                StatusReport status = client.status();
                if (wanted.test(status)) {
                    return status;
                }
                assertThat(System.nanoTime())
                        .as("waiting; last status %s", status)
                        .isLessThan(deadline);
            }
            Thread.sleep(20);
        }
    }
}
