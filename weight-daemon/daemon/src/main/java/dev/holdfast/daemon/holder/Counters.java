package dev.holdfast.daemon.holder;

import dev.holdfast.daemon.journal.Journal;
import dev.holdfast.daemon.journal.JournalRecord;
import dev.holdfast.daemon.state.StateDirectory;
import dev.holdfast.daemon.state.Trees;
import dev.holdfast.memory.ArenaException;
import dev.holdfast.memory.SharedCounter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shared counter of each model: a file that workers map and count in without asking the holder, so that counting
 * goes on while there is none.
 *
 * <p>The holder creates the files and journals their values when it stops, so that a counter whose file is lost goes on
 * from there and not from zero. It reads them as files: a reader could cut one short, and touching a mapping of that
 * would be a fault in the holder. Thread-safe.
 */
final class Counters {
    private static final Logger LOG = LoggerFactory.getLogger(Counters.class);

    private final StateDirectory directory;
    private final Journal journal;
    private final Map<String, Long> lastKnown = new TreeMap<>();

    Counters(StateDirectory directory, Journal journal) {
        this.directory = directory;
        this.journal = journal;
    }

    /**
     * Creates a model's counter if it has none or what is there is none, and never lets it fall below its journalled
     * value.
     */
    synchronized void ensure(String model) throws IOException {
        if (lastKnown.containsKey(model)) {
            return;
        }
        long journalled = journal.state().counters().getOrDefault(model, 0L);
        Path file = directory.layout().counter(model);
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !isCounter(file)) {
            LOG.error("{} is not a counter any more; it is made again at {}", file, journalled);
            Trees.delete(file);
        }
        try (SharedCounter counter = SharedCounter.createIfMissing(
                file, journalled, directory.access().counterPermissions())) {
            directory.access().protectCounter(file);
            lastKnown.put(model, counter.raiseTo(journalled));
        } catch (ArenaException | InternalError e) {
            // InternalError is how the JVM reports a fault in a mapping that was cut short meanwhile.
            throw new IOException("the counter " + file + " was changed while it was opened", e);
        }
    }

    private static boolean isCounter(Path file) throws IOException {
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && Files.size(file) == SharedCounter.FILE_BYTES;
    }

    /** Values by model; of one whose file can't be read, the last one known. */
    synchronized Map<String, Long> values() {
        lastKnown.replaceAll((model, value) -> {
            Path file = directory.layout().counter(model);
            try {
                return Math.max(value, read(file));
            } catch (IOException e) {
                LOG.warn("counter {} can't be read: {}", file, e.getMessage());
                return value;
            }
        });
        return new TreeMap<>(lastKnown);
    }

    private static long read(Path file) throws IOException {
        ByteBuffer value = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            while (value.hasRemaining()) {
                if (channel.read(value, value.position()) < 0) {
                    throw new IOException("it is cut short");
                }
            }
        }
        return value.getLong(0);
    }

    /** Journals every value; at a clean stop. */
    synchronized void record() {
        journal.append(values().entrySet().stream()
                .map(entry -> new JournalRecord.Counter(entry.getKey(), entry.getValue()))
                .toArray(JournalRecord[]::new));
    }
}
