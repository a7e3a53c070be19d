package dev.holdfast.daemon.holder;

import dev.holdfast.protocol.Event;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends a watcher its events, one after the other, until its subscription ends or it stops reading. */
final class EventPump implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(EventPump.class);

    /** How an event gets to the watcher. */
    interface Sink {
        void send(Event event) throws IOException;
    }

    private final EventLog.Subscription subscription;
    private final Sink sink;
    private final Runnable disconnect;

    EventPump(EventLog.Subscription subscription, Sink sink, Runnable disconnect) {
        this.subscription = subscription;
        this.sink = sink;
        this.disconnect = disconnect;
    }

    @Override
    public void run() {
        try {
            while (!subscription.isEnded()) {
                Event event = subscription.poll(1, TimeUnit.SECONDS);
                if (event != null) {
                    sink.send(event);
                }
            }
        } catch (IOException e) {
            LOG.debug("a watcher stopped reading", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            // Also if it was too slow for its backlog: reconnecting tells it that it missed something.
            disconnect.run();
        }
    }
}
