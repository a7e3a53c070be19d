package dev.holdfast.daemon.holder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.holdfast.daemon.loader.Placement;
import dev.holdfast.daemon.onnx.ModelZoo;
import dev.holdfast.daemon.sample.LinearSample;
import dev.holdfast.daemon.state.Trees;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.memory.OpenDescriptorsCheck;
import dev.holdfast.protocol.Event;
import dev.holdfast.protocol.EventType;
import dev.holdfast.protocol.HolderEvents;
import dev.holdfast.protocol.RefusalCode;
import dev.holdfast.protocol.RefusedException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A loader is killed (-9) at ten points of its load: as soon as it runs, and a moment after each report of progress. */
@ExtendWith(OpenDescriptorsCheck.class)
class KilledLoaderTest {
    private static final int POINTS = 10;
    private static final int LONGEST_DELAY_MICROS = 3_000;

    @TempDir
    Path root;

    @EachPlacement
    @Tag("core")
    @Tag("alone")
    void loaderKilledAnywhereCostsItsLoadAlone(Placement placement) throws Exception {
        Random delays = new Random(42);
        int failed = 0;
        try (ServingHolder holder = ServingHolder.start(root, placement);
                DeviceMemory memory = DeviceMemory.of(placement)) {
            ModelZoo.bias(holder.models(), "steady", 1, 1024, 1);
            new LinearSample("linear", 1024, 2048, false).writeTo(holder.models());
            holder.load("steady", 1);
            holder.load("linear", 1);
            holder.unloadAll("linear");
            Map<String, Long> descriptors = holder.descriptors();
            long free = memory.awaitSteady();
            // Placements differ only after the optimising; every second point tells for the others.
            int step = placement.equals(Placement.onHost(ArenaLayout.SEALED)) ? 1 : 2;
            for (int point = 0; point < POINTS; point += step) {
                failed += killAt(holder, placement, point, delays.nextInt(LONGEST_DELAY_MICROS)) ? 1 : 0;
                holder.awaitNothingLeft(descriptors);
                memory.awaitReturnTo(free);
            }
            assertThat(failed).as("loads that the kill cut short").isGreaterThanOrEqualTo(POINTS / step / 2);
            holder.load("linear", 1);
            holder.assertLeasable("linear", 1);
        }
    }

    /** Returns whether the kill came before the load was over. */
    private static boolean killAt(ServingHolder holder, Placement placement, int progressReports, int delayMicros)
            throws Exception {
        for (Path entry : holder.cacheEntries()) {
            Trees.delete(entry);
        }
        long used = holder.status().usedBytes();
        List<ProcessHandle> owners = RunningLoaders.of(ProcessHandle.current());
        CompletableFuture<Void> load;
        try (HolderEvents events = holder.watch()) {
            load = holder.loadMeanwhile("linear", 1);
            ProcessHandle loader = RunningLoaders.awaitBeside(ProcessHandle.current(), owners);
            awaitReports(events, progressReports);
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(delayMicros));
            loader.destroyForcibly();
        }
        boolean cutShort = isRefused(load);
        if (cutShort) {
            assertThat(holder.model("linear")).isEmpty();
        } else if (placement.isOwnedByProcess()) {
            ServingHolder.await("the end of what was lost with its owner", () -> holder.model("linear")
                    .isEmpty());
        } else {
            holder.assertLeasable("linear", 1);
            holder.unloadAll("linear");
        }
        assertUntouched(holder, used);
        return cutShort;
    }

    private static void awaitReports(HolderEvents events, int count) {
        int seen = 0;
        while (seen < count) {
            Event event = events.next();
            if (event.eventType() == EventType.PUBLISHED) {
                return;
            }
            seen += event.eventType() == EventType.PROGRESS ? 1 : 0;
        }
    }

    private static boolean isRefused(CompletableFuture<Void> load) {
        Throwable failure = catchThrowable(() -> load.get(30, TimeUnit.SECONDS));
        if (failure == null) {
            return false;
        }
        assertThat(failure).cause().isInstanceOfSatisfying(RefusedException.class, refused -> {
            assertThat(refused.code()).isEqualTo(RefusalCode.LOAD_FAILED);
            assertThat(refused)
                    .hasMessageContainingAll("version 1 of model 'linear'", "the loader (pid", "exit code 137");
        });
        return true;
    }

    private static void assertUntouched(ServingHolder holder, long used) {
        assertThat(holder.status().usedBytes()).isEqualTo(used);
        assertThat(ServingHolder.children(holder.state().resolve("versions"))).hasSize(1);
        holder.assertLeasable("steady", 1);
    }
}
