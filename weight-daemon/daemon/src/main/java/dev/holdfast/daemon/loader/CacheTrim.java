package dev.holdfast.daemon.loader;

import dev.holdfast.daemon.state.Trees;
import dev.holdfast.memory.AdvisoryLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the cache within its limit by removing the least recently used entries that nobody uses. */
final class CacheTrim {
    private static final Logger LOG = LoggerFactory.getLogger(CacheTrim.class);

    private CacheTrim() {}

    /** Removes what it must; an entry whose lock somebody holds, the caller included, stays whatever the limit. */
    static void trim(Path cache, long limitBytes) throws IOException {
        List<Entry> entries = entries(cache);
        long total = entries.stream().mapToLong(Entry::bytes).sum();
        for (Entry entry : entries) {
            if (total <= limitBytes) {
                return;
            }
            if (remove(entry.directory())) {
                total -= entry.bytes();
                LOG.info("cache entry {} removed to stay within {} bytes", entry.directory(), limitBytes);
            }
        }
    }

    private static boolean remove(Path directory) throws IOException {
        Optional<AdvisoryLock> won = AdvisoryLock.tryExclusiveOn(directory);
        if (won.isEmpty()) {
            return false;
        }
        try (AdvisoryLock held = won.get()) {
            Trees.delete(directory);
            return true;
        }
    }

    private static List<Entry> entries(Path cache) throws IOException {
        try (Stream<Path> children = Files.list(cache)) {
            List<Entry> entries = new ArrayList<>();
            for (Path directory : children.toList()) {
                entry(directory).ifPresent(entries::add);
            }
            entries.sort(Comparator.comparingLong(Entry::usedMillis));
            return entries;
        }
    }

    /** Empty if another loader is just removing it. */
    private static Optional<Entry> entry(Path directory) throws IOException {
        try {
            long usedMillis = Files.getLastModifiedTime(directory).toMillis();
            return Optional.of(new Entry(directory, bytesIn(directory), usedMillis));
        } catch (NoSuchFileException e) {
            LOG.debug("{} went away", directory, e);
            return Optional.empty();
        }
    }

    private static long bytesIn(Path directory) throws IOException {
        long bytes = 0;
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                bytes += Files.size(file);
            }
        }
        return bytes;
    }

    private record Entry(Path directory, long bytes, long usedMillis) {}
}
