package dev.holdfast.daemon.cli;

import dev.holdfast.protocol.Event;
import java.io.PrintStream;

/** Where a load's progress is shown; used by one thread at a time. */
interface LoadDisplay {
    /** A bar that is drawn over itself for a person, otherwise a line for each stage. */
    static LoadDisplay on(PrintStream stream, boolean interactive) {
        return interactive ? new ProgressBar(stream, System::nanoTime) : new StageLines(stream);
    }

    /** Shows an event of type PROGRESS. */
    void show(Event progress);

    /** Leaves the cursor at the beginning of a line. */
    void end();
}
