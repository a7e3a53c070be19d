package dev.holdfast.daemon.holder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.daemon.onnx.ModelZoo;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.memory.OpenDescriptorsCheck;
import dev.holdfast.protocol.ModelListing;
import dev.holdfast.protocol.RefusalCode;
import dev.holdfast.protocol.RefusedException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The disk of the state directory, here a tmpfs of its own, is full. */
@ExtendWith(OpenDescriptorsCheck.class)
@EnabledOnOs(OS.LINUX)
class FullStateDiskTest {
    private static final int WIDTH = 1 << 18;
    private static final int PAGE_BYTES = 4096;
    private static final int RECORDS_IN_A_PAGE = 400;

    @TempDir
    Path root;

    private Path state;

    @BeforeEach
    void mountStateDirectory() throws Exception {
        state = Files.createDirectories(new HolderBase(root).state());
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=8m,mode=0700", "tmpfs", state.toString()) == 0,
                "mounting a tmpfs needs root");
    }

    @AfterEach
    void unmountStateDirectory() throws Exception {
        // Lazily: what a failed test left open must not keep the mount.
        int unused = run("umount", "-l", state.toString());
    }

    private static int run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private ServingHolder start(ArenaLayout layout) throws IOException {
        ServingHolder holder = ServingHolder.start(root, layout);
        ModelZoo.bias(holder.models(), "small", 1, 1024, 1);
        ModelZoo.bias(holder.models(), "large", 1, WIDTH, 2);
        holder.load("small", 1);
        return holder;
    }

    /** Leaves so many bytes, to the page. */
    private Path fillUpTo(long leave) throws IOException {
        Path filler = state.resolve("filler");
        long size = Files.getFileStore(state).getUsableSpace() - leave;
        try (OutputStream out = Files.newOutputStream(filler)) {
            for (long written = 0; written < size; written += PAGE_BYTES) {
                out.write(new byte[PAGE_BYTES]);
            }
        }
        return filler;
    }

    @ParameterizedTest
    @EnumSource(ArenaLayout.class)
    @Tag("core")
    void loadThatFillsTheDiskIsRefusedAndGoesOnceThereIsRoom(ArenaLayout layout) throws IOException {
        try (ServingHolder holder = start(layout)) {
            Path filler = fillUpTo(WIDTH * (long) Float.BYTES / 2);
            Map<String, Long> descriptors = holder.descriptors();
            RefusedException refused = holder.refusalOfLoad("large", 1);
            assertThat(refused)
                    .hasMessageContainingAll("version 1 of model 'large'", "make room on the disk", "--state");
            holder.awaitNothingLeft(descriptors);
            assertThat(holder.model("large")).isEmpty();
            holder.assertLeasable("small", 1);
            Files.delete(filler);
            holder.load("large", 1);
            holder.assertLeasable("large", 1);
            assertThat(holder.client().verify("large", Optional.empty()).text()).contains("is what its digest says");
        }
    }

    @ParameterizedTest
    @EnumSource(ArenaLayout.class)
    void cachedLoadWithoutRoomForItsManifestIsRefused(ArenaLayout layout) throws IOException {
        try (ServingHolder holder = start(layout)) {
            holder.unloadAll("small");
            Path filler = fillUpTo(0);
            assertThat(holder.refusalOfLoad("small", 1)).hasMessageContainingAll("small", "make room", "--state");
            assertThat(holder.model("small")).isEmpty();
            assertThat(holder.temporaries()).isEmpty();
            Files.delete(filler);
            holder.load("small", 1);
            holder.assertLeasable("small", 1);
        }
    }

    @ParameterizedTest
    @EnumSource(ArenaLayout.class)
    void versionThatCanNotBeJournalledIsNotPublished(ArenaLayout layout) throws IOException {
        try (ServingHolder holder = start(layout)) {
            ModelZoo.bias(holder.models(), "cached", 1, 1024, 3);
            holder.load("cached", 1);
            holder.unloadAll("cached");
            Path filler = fillUpTo(0);
            boolean unused = pinUntilTheJournalIsFull(holder);
            try (FileChannel channel = FileChannel.open(filler, StandardOpenOption.WRITE)) {
                channel.truncate(channel.size() - PAGE_BYTES); // for the manifest
            }
            RefusedException refused = holder.refusalOfLoad("cached", 1);
            assertThat(refused.code()).isEqualTo(RefusalCode.STORAGE_FAILED);
            assertThat(refused).hasMessageContainingAll("journal", "make room on its disk");
            assertThat(holder.model("cached")).isEmpty();
            assertThat(holder.temporaries()).isEmpty();
            assertThat(ServingHolder.children(state.resolve("versions"))).hasSize(1);
            holder.assertLeasable("small", 1);
            Files.delete(filler);
            holder.load("cached", 1);
            holder.assertLeasable("cached", 1);
        }
    }

    @Test
    @Tag("core")
    void changeThatCanNotBeJournalledIsRefusedAndNotMade() throws IOException {
        try (ServingHolder holder = start(ArenaLayout.SEALED)) {
            Path filler = fillUpTo(0);
            boolean pinned = pinUntilTheJournalIsFull(holder);
            assertThat(holder.version("small", 1).orElseThrow().pinned()).isEqualTo(!pinned);
            Optional<ModelListing> before = holder.model("small");
            RefusedException refused =
                    ServingHolder.refusal(() -> holder.client().activate("small", Optional.of(1L)));
            assertThat(refused.code()).isEqualTo(RefusalCode.STORAGE_FAILED);
            assertThat(refused).hasMessageContainingAll("journal", "make room on its disk");
            assertThat(ServingHolder.refusal(() -> holder.client().unload("small", Optional.of(1L), true))
                            .code())
                    .isEqualTo(RefusalCode.STORAGE_FAILED);
            assertThat(holder.model("small")).isEqualTo(before);
            holder.assertLeasable("small", 1);
            Files.delete(filler);
            holder.client().pin("small", 1, pinned);
            assertThat(holder.version("small", 1).orElseThrow().pinned()).isEqualTo(pinned);
        }
        try (ServingHolder next = ServingHolder.start(root, ArenaLayout.SEALED)) {
            assertThat(next.client().welcome().instance()).isNotEmpty();
        }
        assertThat(state.resolve("journal.corrupt-1")).doesNotExist();
    }

    /** The journal's last page has room for some records yet. @return what the first refused pin was to become */
    private static boolean pinUntilTheJournalIsFull(ServingHolder holder) {
        for (int i = 0; i < RECORDS_IN_A_PAGE; i++) {
            boolean pinned = i % 2 == 0;
            try {
                holder.client().pin("small", 1, pinned);
            } catch (RefusedException refused) {
                assertThat(refused.code()).isEqualTo(RefusalCode.STORAGE_FAILED);
                return pinned;
            }
        }
        throw new AssertionError("the journal never filled its disk");
    }
}
