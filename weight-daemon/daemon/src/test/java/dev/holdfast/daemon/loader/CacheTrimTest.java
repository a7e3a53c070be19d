package dev.holdfast.daemon.loader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.memory.AdvisoryLock;
import dev.holdfast.memory.OpenDescriptorsCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(OpenDescriptorsCheck.class)
class CacheTrimTest {
    private static final int BYTES = 100;

    @TempDir
    Path cache;

    private Path oldest;
    private Path middle;
    private Path newest;

    @BeforeEach
    void threeEntries() throws IOException {
        oldest = entry("b-oldest", 1_000);
        middle = entry("c-middle", 2_000);
        newest = entry("a-newest", 3_000);
    }

    private Path entry(String name, long usedMillis) throws IOException {
        Path directory = Files.createDirectory(cache.resolve(name));
        Files.write(directory.resolve("weights"), new byte[BYTES]);
        Files.setLastModifiedTime(directory, FileTime.fromMillis(usedMillis));
        return directory;
    }

    private List<Path> left() throws IOException {
        try (Stream<Path> entries = Files.list(cache)) {
            return entries.toList();
        }
    }

    @Test
    void cacheWithinItsLimitIsLeftAlone() throws IOException {
        CacheTrim.trim(cache, 3 * BYTES);
        assertThat(left()).containsExactlyInAnyOrder(oldest, middle, newest);
    }

    @Test
    void leastRecentlyUsedGoFirstAndNoMoreThanNeeded() throws IOException {
        CacheTrim.trim(cache, 3 * BYTES - 1);
        assertThat(left()).containsExactlyInAnyOrder(middle, newest);
    }

    @Test
    void entryInUseStaysEvenIfItExceedsTheLimitAlone() throws IOException {
        try (AdvisoryLock use = AdvisoryLock.trySharedOn(oldest).orElseThrow()) {
            CacheTrim.trim(cache, 1);
            assertThat(left()).as("beside %s", use).containsExactly(oldest);
        }
    }

    @Test
    void entryThatALoaderUsesStays() throws IOException {
        try (AdvisoryLock use = AdvisoryLock.trySharedOn(oldest).orElseThrow()) {
            CacheTrim.trim(cache, 2 * BYTES);
            assertThat(left()).as("beside %s", use).containsExactlyInAnyOrder(oldest, newest);
        }
    }
}
