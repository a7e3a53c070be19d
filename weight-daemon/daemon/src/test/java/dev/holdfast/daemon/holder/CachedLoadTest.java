package dev.holdfast.daemon.holder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.daemon.loader.Placement;
import dev.holdfast.daemon.onnx.ModelZoo;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.memory.ContentDigest;
import dev.holdfast.memory.OpenDescriptorsCheck;
import dev.holdfast.protocol.Event;
import dev.holdfast.protocol.EventType;
import dev.holdfast.protocol.HolderEvents;
import dev.holdfast.protocol.Lease;
import dev.holdfast.protocol.VersionSelector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The optimised form of a model is kept, reused, checked, made again when damaged, and limited in size. */
@ExtendWith(OpenDescriptorsCheck.class)
class CachedLoadTest {
    private static final int WIDTH = 4096;

    @TempDir
    Path root;

    /** Loads the version and gives the stages that the load went through. */
    private static List<String> stagesOfLoad(ServingHolder holder, String model) {
        List<String> stages = new ArrayList<>();
        try (HolderEvents events = holder.watch()) {
            holder.load(model, 1);
            for (Event event = events.next(); event.eventType() != EventType.PUBLISHED; event = events.next()) {
                if (event.eventType() == EventType.PROGRESS) {
                    stages.add(event.text());
                }
            }
        }
        return stages;
    }

    @EachPlacement
    @Tag("core")
    void secondLoadReadsTheCacheAndOptimisesNothing(Placement placement) throws IOException {
        try (ServingHolder holder = ServingHolder.start(root, placement)) {
            ModelZoo.bias(holder.models(), "bias", 1, WIDTH, 1);
            assertThat(stagesOfLoad(holder, "bias")).contains("optimising");
            Object inode = inode(holder.cacheEntries().get(0));
            ContentDigest digest = weightsDigest(holder);
            holder.unloadAll("bias");
            assertThat(stagesOfLoad(holder, "bias")).contains("checking").doesNotContain("optimising");
            assertThat(inode(holder.cacheEntries().get(0))).isEqualTo(inode);
            assertThat(weightsDigest(holder)).isEqualTo(digest);
        }
    }

    private static Object inode(Path path) throws IOException {
        return Files.getAttribute(path, "unix:ino");
    }

    private static String digest(ServingHolder holder) {
        return holder.version("bias", 1).orElseThrow().digest().orElseThrow().hex();
    }

    /** The version's own digest is another each time where the manifest has a handle. */
    private static ContentDigest weightsDigest(ServingHolder holder) {
        try (Lease lease = holder.lease("bias", VersionSelector.active())) {
            return lease.manifest().arena().digest();
        }
    }

    @EachPlacement
    void damagedWeightsAreMadeAgainByTheLoadThatFindsThem(Placement placement) throws IOException {
        try (ServingHolder holder = ServingHolder.start(root, placement)) {
            ModelZoo.bias(holder.models(), "bias", 1, WIDTH, 1);
            holder.load("bias", 1);
            ContentDigest digest = weightsDigest(holder);
            for (Damage damage : List.of(Damage.WEIGHTS_FLIPPED, Damage.WEIGHTS_CUT)) {
                holder.unloadAll("bias");
                damage.inflict(holder.cacheEntries().get(0));
                assertThat(stagesOfLoad(holder, "bias")).as("%s", damage).contains("optimising");
                assertThat(weightsDigest(holder)).isEqualTo(digest);
                assertThat(holder.temporaries()).isEmpty();
            }
        }
    }

    @EachPlacement
    void loadFromTheCacheDigestsWeightsOnceWhereTheyEndUp(Placement placement) throws IOException {
        try (ServingHolder holder = ServingHolder.start(root, placement)) {
            ModelZoo.bias(holder.models(), "bias", 1, WIDTH, 1);
            holder.load("bias", 1);
            holder.unloadAll("bias");
            String digest = placement.layout() == ArenaLayout.PACKED ? "digesting weights" : "digesting arena";
            assertThat(Set.copyOf(stagesOfLoad(holder, "bias")))
                    .filteredOn(Set.of("digesting weights", "digesting arena")::contains)
                    .containsExactly(digest);
        }
    }

    @Test
    void changedSourceIsAnotherCacheEntry() throws IOException {
        try (ServingHolder holder = ServingHolder.start(root, ArenaLayout.SEALED)) {
            ModelZoo.bias(holder.models(), "bias", 1, WIDTH, 1);
            holder.load("bias", 1);
            String digest = digest(holder);
            holder.unloadAll("bias");
            ModelZoo.bias(holder.models(), "bias", 1, WIDTH, 2);
            assertThat(stagesOfLoad(holder, "bias")).contains("optimising");
            assertThat(digest(holder)).isNotEqualTo(digest);
            assertThat(holder.cacheEntries()).hasSize(2);
        }
    }

    private enum Damage {
        WEIGHTS_FLIPPED {
            @Override
            void inflict(Path entry) throws IOException {
                DamagedFile.flipLastByte(entry.resolve("weights"));
            }
        },
        GRAPH_FLIPPED {
            @Override
            void inflict(Path entry) throws IOException {
                DamagedFile.flipLastByte(entry.resolve("graph"));
            }
        },
        WEIGHTS_CUT {
            @Override
            void inflict(Path entry) throws IOException {
                DamagedFile.cutLastByte(entry.resolve("weights"));
            }
        },
        WEIGHTS_GONE {
            @Override
            void inflict(Path entry) throws IOException {
                Files.delete(entry.resolve("weights"));
            }
        },
        DIGESTS_GARBAGE {
            @Override
            void inflict(Path entry) throws IOException {
                Files.write(entry.resolve("digests"), new byte[] {(byte) 0xff, 0, '\n', 'x'});
            }
        };

        abstract void inflict(Path entry) throws IOException;
    }

    @ParameterizedTest
    @EnumSource(
            value = Damage.class,
            names = {"GRAPH_FLIPPED", "WEIGHTS_GONE", "DIGESTS_GARBAGE"})
    void damagedEntryIsDiscardedAndMadeAgain(Damage damage) throws IOException {
        try (ServingHolder holder = ServingHolder.start(root, ArenaLayout.PACKED)) {
            ModelZoo.bias(holder.models(), "bias", 1, WIDTH, 1);
            holder.load("bias", 1);
            String digest = digest(holder);
            holder.unloadAll("bias");
            damage.inflict(holder.cacheEntries().get(0));
            assertThat(stagesOfLoad(holder, "bias")).contains("optimising");
            assertThat(digest(holder)).isEqualTo(digest);
            assertThat(holder.client().verify("bias", Optional.of(1L)).text()).contains("is what its digest says");
            assertThat(holder.cacheEntries()).hasSize(1);
            assertThat(holder.temporaries()).isEmpty();
        }
    }

    @Test
    void cacheOverItsLimitLosesItsLeastRecentlyUsedEntryAndServedVersionsKeepTheirBytes() throws IOException {
        long limit = 5 * WIDTH * (long) Float.BYTES / 2;
        try (ServingHolder holder = ServingHolder.start(
                root,
                ArenaLayout.PACKED,
                config -> ServingHolder.with(config, config.memoryBudgetBytes(), config.loadDeadline(), limit))) {
            for (String model : List.of("one", "two", "three")) {
                ModelZoo.bias(holder.models(), model, 1, WIDTH, model.length() + model.charAt(0));
            }
            holder.load("one", 1);
            Path first = holder.cacheEntries().get(0);
            holder.load("two", 1);
            assertThat(holder.cacheEntries()).hasSize(2);
            holder.load("three", 1);
            assertThat(holder.cacheEntries()).hasSize(2).doesNotContain(first);
            try (Lease lease = holder.lease("one", VersionSelector.active())) {
                assertThat(lease.directory().resolve("weights")).hasSize(WIDTH * (long) Float.BYTES);
            }
            assertThat(holder.client().verify("one", Optional.empty()).text()).contains("is what its digest");
        }
    }
}
