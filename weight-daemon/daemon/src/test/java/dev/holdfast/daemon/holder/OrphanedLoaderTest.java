package dev.holdfast.daemon.holder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.daemon.loader.Placement;
import dev.holdfast.daemon.onnx.ModelZoo;
import dev.holdfast.daemon.state.StateLayout;
import dev.holdfast.memory.AdvisoryLock;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.memory.ChildJvm;
import dev.holdfast.memory.OpenDescriptorsCheck;
import dev.holdfast.protocol.HolderClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A loader whose holder is killed (-9) ends by itself, and the next holder respects it until it has. */
@ExtendWith(OpenDescriptorsCheck.class)
class OrphanedLoaderTest {
    @TempDir
    Path root;

    private static boolean isLocked(Path directory) {
        try {
            return AdvisoryLock.isHeldByAnyone(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @EachPlacement(host = ArenaLayout.SEALED)
    @Tag("core")
    void orphanedLoaderKeepsItsWorkFromTheNextHolderAndClearsItWhenItEnds(Placement placement) throws Exception {
        HolderBase base = new HolderBase(root);
        Path temporaries = new StateLayout(base.state()).temporaries();
        ModelZoo.bias(base.models(), "bias", 1, 1 << 20, 1);
        ProcessHandle loader;
        CompletableFuture<Void> load;
        try (ChildJvm holder = HolderMain.start(root, placement)) {
            load = loadMeanwhile(base);
            loader = RunningLoaders.await(ProcessHandle.of(holder.pid()).orElseThrow());
            ServingHolder.await("the loader's lock", () -> anyLocked(temporaries));
            RunningLoaders.signal(loader, "STOP");
        }
        assertThat(load).failsWithin(30, TimeUnit.SECONDS);
        Path work = ServingHolder.children(temporaries).get(0);
        try (ServingHolder next = ServingHolder.start(root, placement)) {
            assertThat(isLocked(work))
                    .as("the stopped loader still has its lock")
                    .isTrue();
            assertThat(next.temporaries()).containsExactly(work);
            RunningLoaders.signal(loader, "CONT");
            ServingHolder.await("the loader's end", () -> !loader.isAlive());
            next.load("bias", 1);
            next.assertLeasable("bias", 1);
        }
        try (ServingHolder third = ServingHolder.start(root, placement)) {
            assertThat(third.temporaries()).isEmpty();
        }
    }

    private static boolean anyLocked(Path temporaries) {
        return Files.isDirectory(temporaries)
                && ServingHolder.children(temporaries).stream().anyMatch(OrphanedLoaderTest::isLocked);
    }

    private static CompletableFuture<Void> loadMeanwhile(HolderBase base) {
        return CompletableFuture.runAsync(() -> {
            try (HolderClient client = base.client()) {
                client.load("bias", Optional.of(1L), false);
            }
        });
    }

    @Test
    void temporariesOfLoadersThatAreGoneAreClearedAtStart() throws IOException {
        HolderBase base = new HolderBase(root);
        try (ServingHolder first = ServingHolder.start(root, ArenaLayout.PACKED)) {
            assertThat(first.temporaries()).isEmpty();
        }
        Path left = Files.createDirectories(
                new StateLayout(base.state()).temporaries().resolve("load-left/version"));
        Files.write(left.resolve("weights"), new byte[100]);
        try (ServingHolder next = ServingHolder.start(root, ArenaLayout.PACKED)) {
            assertThat(next.temporaries()).isEmpty();
        }
    }
}
