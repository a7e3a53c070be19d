package dev.holdfast.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What every arena in main memory must do besides, seen through {@code /proc}. */
abstract class HostArenaContract extends WeightArenaContract {
    private static final int SIZE = 16 << 20;

    /** A text that only the arena's mappings have in their name. */
    abstract String mappingName(WeightArena arena);

    private static void assumeProc() {
        Assumptions.assumeTrue(Files.exists(Path.of("/proc/self/smaps")), "needs Linux's /proc/PID/smaps");
    }

    @Test
    @Tag("core")
    void threeProcessesHaveOneCopy() throws Exception {
        assumeProc();
        List<ChildJvm> readers = new ArrayList<>();
        try (WeightArena arena = arenaOf(SIZE)) {
            for (int i = 0; i < 3; i++) {
                readers.add(startReader(arena));
            }
            long pss = 0;
            for (ChildJvm reader : readers) {
                assertThat(reader.readLine()).startsWith("read ");
            }
            for (ChildJvm reader : readers) {
                MappedMemory memory = MappedMemory.of(reader.pid(), mappingName(arena));
                assertThat(memory.rssBytes()).isGreaterThanOrEqualTo(SIZE);
                assertThat(memory.privateDirtyBytes()).isZero();
                pss += memory.pssBytes();
            }
            assertThat(pss).isBetween((long) (0.95 * SIZE), (long) (1.05 * SIZE));
        } finally {
            readers.forEach(ChildJvm::close);
        }
    }

    @Test
    void theMappingCannotBeWritten() throws IOException {
        assumeProc();
        try (WeightArena arena = arenaOf(4096);
                Mapping mapping = arena.map()) {
            String start = Long.toHexString(mapping.address()) + "-";
            assertThat(Files.readAllLines(Path.of("/proc/self/maps")))
                    .filteredOn(line -> line.startsWith(start))
                    .singleElement()
                    .asString()
                    .contains(" r--s ");
        }
    }

    @Test
    void aClosedMappingIsGoneFromTheProcess() throws IOException {
        assumeProc();
        try (WeightArena arena = arenaOf(4096)) {
            arena.map().close();
            assertThat(MappedMemory.of(ProcessHandle.current().pid(), mappingName(arena))
                            .mappings())
                    .isZero();
        }
    }

    @Test
    void aMappingClosedUnderAReaderEndsInAnErrorAndNotInACrash() throws Exception {
        try (WeightArena arena = arenaOf(1 << 20)) {
            Mapping mapping = arena.map();
            CountDownLatch reading = new CountDownLatch(1);
            FutureTask<Exception> reader = new FutureTask<>(() -> readUntilRefused(mapping, reading));
            new Thread(reader, "reader").start();
            reading.await();
            mapping.close();
            assertThat(reader.get()).isInstanceOf(IllegalStateException.class);
        }
    }

    private static Exception readUntilRefused(Mapping mapping, CountDownLatch reading) {
        ByteBuffer target = ByteBuffer.allocate(1 << 20);
        try {
            while (true) {
                mapping.copyOut(0, target.clear());
                reading.countDown();
            }
        } catch (IllegalStateException e) {
            return e;
        }
    }
}
