package dev.holdfast.daemon.journal;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A process that appends until the journal refuses. Says {@code refused COUNT REASON} and {@code state COUNT}, waits for
 * a file {@code go} beside the journal, appends once more and says {@code appended COUNT}.
 */
public final class JournalAppender {
    private static final String MODEL = "m";

    private JournalAppender() {}

    /** Argument: the journal. */
    public static void main(String[] arguments) throws Exception {
        Path file = Path.of(arguments[0]);
        try (Journal journal = Journal.open(file)) {
            long appended = appendUntilRefused(journal);
            System.out.println("state " + journal.state().counters().get(MODEL));
            while (Files.notExists(file.resolveSibling("go"))) {
                Thread.sleep(10);
            }
            journal.append(new JournalRecord.Counter(MODEL, appended + 1));
            System.out.println("appended " + journal.state().counters().get(MODEL));
        }
    }

    private static long appendUntilRefused(Journal journal) {
        long appended = 0;
        while (true) {
            try {
                journal.append(new JournalRecord.Counter(MODEL, appended + 1));
                appended++;
            } catch (JournalException e) {
                System.out.println("refused " + appended + " " + e.getMessage());
                return appended;
            }
        }
    }
}
