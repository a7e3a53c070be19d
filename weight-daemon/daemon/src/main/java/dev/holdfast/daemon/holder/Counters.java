package dev.holdfast.daemon.holder;

import dev.holdfast.daemon.journal.Journal;
import dev.holdfast.daemon.journal.JournalRecord;
import dev.holdfast.daemon.state.StateDirectory;
import dev.holdfast.memory.SharedCounter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * The shared counter of each model: a file that workers map and count in without asking the holder, so that counting
 * goes on while there is none.
 *
 * <p>The holder creates the files and journals their values when it stops, so that a counter whose file is lost goes on
 * from there and not from zero. Thread-safe.
 */
final class Counters implements AutoCloseable {
    private final StateDirectory directory;
    private final Journal journal;
    private final Map<String, SharedCounter> open = new TreeMap<>();

    Counters(StateDirectory directory, Journal journal) {
        this.directory = directory;
        this.journal = journal;
    }

    /** Creates a model's counter if it has none, and never lets it fall below its journalled value. */
    synchronized void ensure(String model) throws IOException {
        if (open.containsKey(model)) {
            return;
        }
        long journalled = journal.state().counters().getOrDefault(model, 0L);
        Path file = directory.layout().counter(model);
        SharedCounter counter = SharedCounter.createIfMissing(
                file, journalled, directory.access().counterPermissions());
        try {
            directory.access().protectCounter(file);
            counter.raiseTo(journalled);
        } catch (IOException | RuntimeException e) {
            counter.close();
            throw e;
        }
        open.put(model, counter);
    }

    /** Values by model. */
    synchronized Map<String, Long> values() {
        Map<String, Long> values = new TreeMap<>();
        open.forEach((model, counter) -> values.put(model, counter.get()));
        return values;
    }

    /** Journals every value; at a clean stop. */
    synchronized void record() {
        journal.append(values().entrySet().stream()
                .map(entry -> new JournalRecord.Counter(entry.getKey(), entry.getValue()))
                .toArray(JournalRecord[]::new));
    }

    @Override
    public synchronized void close() {
        open.values().forEach(SharedCounter::close);
        open.clear();
    }
}
