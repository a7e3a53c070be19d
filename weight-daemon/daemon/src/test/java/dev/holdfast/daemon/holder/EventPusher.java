package dev.holdfast.daemon.holder;

import dev.holdfast.daemon.journal.Journal;
import dev.holdfast.protocol.EventType;
import java.nio.file.Path;

/** A process that numbers events, says the last number, and waits to be killed. */
public final class EventPusher {
    private EventPusher() {}

    /** Arguments: the journal, how many events. */
    public static void main(String[] arguments) throws Exception {
        try (Journal journal = Journal.open(Path.of(arguments[0]))) {
            EventLog log = new EventLog("to be killed", journal);
            for (int i = 0; i < Integer.parseInt(arguments[1]); i++) {
                log.push(EventType.PROGRESS, "m", 1, "filling");
            }
            System.out.println(log.last());
            Thread.sleep(Long.MAX_VALUE);
        }
    }
}
