package dev.holdfast.daemon.cli;

import dev.holdfast.daemon.holder.LoadTarget;
import dev.holdfast.protocol.ConnectionLostException;
import dev.holdfast.protocol.Event;
import dev.holdfast.protocol.EventType;
import dev.holdfast.protocol.HolderEvents;
import java.util.Optional;

/** Shows one load's progress from the holder's events, in a thread of its own, until it is closed. */
final class LoadWatch implements AutoCloseable {
    private static final long LAST_EVENTS_MILLIS = 2_000;

    private final HolderEvents events;
    private final LoadTarget target;
    private final LoadDisplay display;
    private final Thread reader = new Thread(this::readUntilClosed, "holdfast-progress");

    private LoadWatch(HolderEvents events, LoadTarget target, LoadDisplay display) {
        this.events = events;
        this.target = target;
        this.display = display;
    }

    /** @param events are closed with the watch */
    static LoadWatch start(HolderEvents events, LoadTarget target, LoadDisplay display) {
        LoadWatch watch = new LoadWatch(events, target, display);
        watch.reader.setDaemon(true);
        watch.reader.start();
        return watch;
    }

    private void readUntilClosed() {
        try {
            while (true) {
                Event event = events.next();
                if (isOurs(event)) {
                    display.show(event);
                }
            }
        } catch (ConnectionLostException closed) {
            // Either closed below, or the holder is gone, which the load itself reports.
        }
    }

    private boolean isOurs(Event event) {
        Optional<Long> version = target.version();
        return event.eventType() == EventType.PROGRESS
                && event.model().equals(target.model())
                && (version.isEmpty() || version.get() == event.version());
    }

    /** Ends the display; whatever is printed next begins on a line of its own. */
    @Override
    public void close() {
        events.close();
        try {
            reader.join(LAST_EVENTS_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        display.end();
    }
}
